#include "engine/tflite_abi/builtin_data.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "engine/schema/generated/tflite_generated.h"
#include "engine/tflite_abi/types.h"
#include "tensorflow/lite/core/c/builtin_op_data.h"

namespace samara::tflite_abi {
namespace {

TfLiteFusedActivation activation(fb::ActivationFunctionType a) {
  switch (a) {
    case fb::ActivationFunctionType_RELU:
      return kTfLiteActRelu;
    case fb::ActivationFunctionType_RELU_N1_TO_1:
      return kTfLiteActReluN1To1;
    case fb::ActivationFunctionType_RELU6:
      return kTfLiteActRelu6;
    case fb::ActivationFunctionType_TANH:
      return kTfLiteActTanh;
    case fb::ActivationFunctionType_SIGN_BIT:
      return kTfLiteActSignBit;
    default:
      return kTfLiteActNone;
  }
}
TfLitePadding padding(fb::Padding p) {
  return p == fb::Padding_SAME ? kTfLitePaddingSame : kTfLitePaddingValid;
}
// Of options, whose numbers nobody has verified: an unknown one is kTfLiteNoType.
TfLiteType type(fb::TensorType t) { return to_c(Type(t)); }
TfLiteFullyConnectedWeightsFormat format(fb::FullyConnectedOptionsWeightsFormat f) {
  return f == fb::FullyConnectedOptionsWeightsFormat_SHUFFLED4x16INT8
             ? kTfLiteFullyConnectedWeightsFormatShuffled4x16Int8
             : kTfLiteFullyConnectedWeightsFormatDefault;
}

template <class T>
BuiltinData keep(const T& params) {
  BuiltinData out(new std::byte[sizeof(T)]);
  std::memcpy(out.get(), &params, sizeof(T));
  return out;
}

void copy_dims(const flatbuffers::Vector<int32_t>* from, int (&to)[8], int& count) {
  count = from ? int(std::min<uint32_t>(from->size(), 8)) : 0;
  for (int i = 0; i < count; ++i) to[i] = from->Get(uint32_t(i));
}

BuiltinData convert(const fb::Conv2DOptions& o) {
  return keep(TfLiteConvParams{padding(o.padding()), o.stride_w(), o.stride_h(),
                               activation(o.fused_activation_function()), o.dilation_w_factor(),
                               o.dilation_h_factor(), type(o.quantized_bias_type())});
}
BuiltinData convert(const fb::DepthwiseConv2DOptions& o) {
  return keep(TfLiteDepthwiseConvParams{
      padding(o.padding()), o.stride_w(), o.stride_h(), o.depth_multiplier(),
      activation(o.fused_activation_function()), o.dilation_w_factor(), o.dilation_h_factor()});
}
BuiltinData convert(const fb::Pool2DOptions& o) {
  TfLitePoolParams p = {};
  p.padding = padding(o.padding());
  p.stride_width = o.stride_w();
  p.stride_height = o.stride_h();
  p.filter_width = o.filter_width();
  p.filter_height = o.filter_height();
  p.activation = activation(o.fused_activation_function());
  return keep(p);
}
BuiltinData convert(const fb::FullyConnectedOptions& o) {
  return keep(TfLiteFullyConnectedParams{
      activation(o.fused_activation_function()), format(o.weights_format()), o.keep_num_dims(),
      o.asymmetric_quantize_inputs(), type(o.quantized_bias_type())});
}
BuiltinData convert(const fb::ConcatenationOptions& o) {
  return keep(TfLiteConcatenationParams{o.axis(), activation(o.fused_activation_function())});
}
BuiltinData convert(const fb::AddOptions& o) {
  return keep(TfLiteAddParams{activation(o.fused_activation_function()), o.pot_scale_int16()});
}
BuiltinData convert(const fb::SubOptions& o) {
  return keep(TfLiteSubParams{activation(o.fused_activation_function()), o.pot_scale_int16()});
}
BuiltinData convert(const fb::MulOptions& o) {
  return keep(TfLiteMulParams{activation(o.fused_activation_function())});
}
BuiltinData convert(const fb::DivOptions& o) {
  return keep(TfLiteDivParams{activation(o.fused_activation_function())});
}
BuiltinData convert(const fb::L2NormOptions& o) {
  return keep(TfLiteL2NormParams{activation(o.fused_activation_function())});
}
BuiltinData convert(const fb::SoftmaxOptions& o) { return keep(TfLiteSoftmaxParams{o.beta()}); }
BuiltinData convert(const fb::LeakyReluOptions& o) {
  return keep(TfLiteLeakyReluParams{o.alpha()});
}
BuiltinData convert(const fb::ReshapeOptions& o) {
  TfLiteReshapeParams p = {};
  copy_dims(o.new_shape(), p.shape, p.num_dimensions);
  return keep(p);
}
BuiltinData convert(const fb::SqueezeOptions& o) {
  TfLiteSqueezeParams p = {};
  copy_dims(o.squeeze_dims(), p.squeeze_dims, p.num_squeeze_dims);
  return keep(p);
}
BuiltinData convert(const fb::ResizeBilinearOptions& o) {
  return keep(TfLiteResizeBilinearParams{o.align_corners(), o.half_pixel_centers()});
}
BuiltinData convert(const fb::ResizeNearestNeighborOptions& o) {
  return keep(TfLiteResizeNearestNeighborParams{o.align_corners(), o.half_pixel_centers()});
}
BuiltinData convert(const fb::ReducerOptions& o) {
  return keep(TfLiteReducerParams{o.keep_dims()});
}
BuiltinData convert(const fb::SplitOptions& o) { return keep(TfLiteSplitParams{o.num_splits()}); }
BuiltinData convert(const fb::SplitVOptions& o) { return keep(TfLiteSplitParams{o.num_splits()}); }
BuiltinData convert(const fb::StridedSliceOptions& o) {
  return keep(TfLiteStridedSliceParams{o.begin_mask(), o.end_mask(), o.ellipsis_mask(),
                                       o.new_axis_mask(), o.shrink_axis_mask(), o.offset()});
}
BuiltinData convert(const fb::TransposeConvOptions& o) {
  return keep(TfLiteTransposeConvParams{padding(o.padding()), o.stride_w(), o.stride_h(),
                                        activation(o.fused_activation_function()),
                                        type(o.quantized_bias_type())});
}
BuiltinData convert(const fb::SpaceToDepthOptions& o) {
  return keep(TfLiteSpaceToDepthParams{o.block_size()});
}
BuiltinData convert(const fb::DepthToSpaceOptions& o) {
  return keep(TfLiteDepthToSpaceParams{o.block_size()});
}
BuiltinData convert(const fb::GatherOptions& o) {
  return keep(TfLiteGatherParams{o.axis(), o.batch_dims()});
}
BuiltinData convert(const fb::CastOptions& o) {
  return keep(TfLiteCastParams{type(o.in_data_type()), type(o.out_data_type())});
}
BuiltinData convert(const fb::PackOptions& o) {
  return keep(TfLitePackParams{o.values_count(), o.axis()});
}
BuiltinData convert(const fb::UnpackOptions& o) {
  return keep(TfLiteUnpackParams{o.num(), o.axis()});
}

/// Sets `out` if the options are of table T.
template <class T>
bool try_table(const schema::Operator& op, BuiltinData& out) {
  if (op.options_type != fb::BuiltinOptionsTraits<T>::enum_value) return false;
  out = convert(*static_cast<const T*>(op.options));
  return true;
}
template <class... Tables>
BuiltinData try_tables(const schema::Operator& op) {
  BuiltinData out;
  (try_table<Tables>(op, out) || ...);
  return out;
}

}  // namespace

BuiltinData builtin_data(const schema::OperatorCode& code, const schema::Operator& op) {
  constexpr int kCustom = 32;
  if (code.builtin == kCustom || !op.options) return nullptr;
  return try_tables<
      fb::Conv2DOptions, fb::DepthwiseConv2DOptions, fb::Pool2DOptions, fb::FullyConnectedOptions,
      fb::ConcatenationOptions, fb::AddOptions, fb::SubOptions, fb::MulOptions, fb::DivOptions,
      fb::L2NormOptions, fb::SoftmaxOptions, fb::LeakyReluOptions, fb::ReshapeOptions,
      fb::SqueezeOptions, fb::ResizeBilinearOptions, fb::ResizeNearestNeighborOptions,
      fb::ReducerOptions, fb::SplitOptions, fb::SplitVOptions, fb::StridedSliceOptions,
      fb::TransposeConvOptions, fb::SpaceToDepthOptions, fb::DepthToSpaceOptions, fb::GatherOptions,
      fb::CastOptions, fb::PackOptions, fb::UnpackOptions>(op);
}

}  // namespace samara::tflite_abi

#include "engine/ops/shared/layer_cases_test.h"

namespace samara::testing {
namespace {

template <class T>
std::vector<T> cast(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

Literal LayerCase::input() const {
  const float scale = in_type == Type::i16 ? 0.0005f : 0.05f;
  switch (in_type) {
    case Type::f32:
      return random_f32(in, seed, -1, 2);
    case Type::u8:
      return random_u8(in, seed).q(scale, zero);
    case Type::i16:
      return random_i16(in, seed).q(scale, zero);
    default:
      return random_i8(in, seed).q(scale, zero);
  }
}

Literal LayerCase::weight_literal() const {
  const int axis = op == "DEPTHWISE_CONV_2D" ? 3 : 0;
  const std::vector<int64_t> zeros(scales.size(), weight_zero);
  if (weight_type == Type::f32) return random_f32(weights, seed + 1);
  if (weight_type == Type::u8) return random_u8(weights, seed + 1).q(scales, zeros, axis);
  if (weight_type != Type::i4) {
    return random_i8(weights, seed + 1, -127, 127).q(scales, zeros, axis);
  }
  const std::vector<int8_t> values = random_i8(weights, seed + 1, -8, 7).values<int8_t>();
  std::vector<uint8_t> packed((values.size() + 1) / 2);
  for (size_t i = 0; i < values.size(); ++i)
    packed[i / 2] = uint8_t(packed[i / 2] | (values[i] & 15) << (i % 2 * 4));
  return raw(Type::i4, weights, packed).q(scales, zeros, axis);
}

Literal LayerCase::bias_literal() const {
  const int32_t channels = out.back();
  if (bias_type == Type::f32) return random_f32({channels}, seed + 2);
  const int big = in_type == Type::i16 ? 100000 : 2000;
  const Literal values = random_i32({channels}, seed + 2, -big, big);
  std::vector<float> bias_scales;
  for (const float s : scales) bias_scales.push_back(s * (in_type == Type::i16 ? 0.0005f : 0.05f));
  if (bias_type == Type::i32) return values.q(bias_scales);
  const std::vector<int32_t> narrow = values.values<int32_t>();
  return i64({channels}, {narrow.begin(), narrow.end()}).q(bias_scales);
}

Literal LayerCase::expected() const {
  switch (out_type) {
    case Type::f32:
      return f32(out, cast<float>(values));
    case Type::u8:
      return u8(out, cast<uint8_t>(values)).q(out_scale, out_zero);
    case Type::i16:
      return i16(out, cast<int16_t>(values)).q(out_scale, out_zero);
    default:
      return i8(out, cast<int8_t>(values)).q(out_scale, out_zero);
  }
}

Options LayerCase::options() const {
  const auto bias32 = in_type == Type::i16 && bias_type == Type::i32 ? fb::TensorType_INT32
                                                                     : fb::TensorType_FLOAT32;
  const auto act = fb::ActivationFunctionType(activation);
  const auto window = [&](auto& o) {
    o.padding = same ? fb::Padding_SAME : fb::Padding_VALID;
    o.stride_h = stride[0], o.stride_w = stride[1];
    o.dilation_h_factor = dilation[0], o.dilation_w_factor = dilation[1];
    o.fused_activation_function = act;
  };
  if (op == "CONV_2D") {
    return testing::options<fb::Conv2DOptionsT>([&](auto& o) {
      window(o);
      o.quantized_bias_type = bias32;
    });
  }
  if (op == "DEPTHWISE_CONV_2D") return testing::options<fb::DepthwiseConv2DOptionsT>(window);
  if (op == "TRANSPOSE_CONV") {
    return testing::options<fb::TransposeConvOptionsT>([&](auto& o) {
      o.padding = same ? fb::Padding_SAME : fb::Padding_VALID;
      o.stride_h = stride[0], o.stride_w = stride[1];
      o.fused_activation_function = act;
      o.quantized_bias_type = bias32;
    });
  }
  return testing::options<fb::FullyConnectedOptionsT>([&](auto& o) {
    o.fused_activation_function = act;
    o.asymmetric_quantize_inputs = asymmetric;
    o.quantized_bias_type = bias32;
  });
}

OpCase LayerCase::op_case() const {
  OpCase c{.op = op, .options = options()};
  // Hybrid: all but the last roundings are exact. 2 units in the last place of the row's range.
  const bool transposed = op == "TRANSPOSE_CONV";
  // LiteRT sums transposed ones in float.
  if (in_type == Type::f32 && weight_type != Type::f32 && !transposed) c.tolerance = 2.4e-7f;
  if (transposed) {
    c.constant(i32({4}, out));
  } else {
    c.in(input());
  }
  // Weights with a scale a channel cannot be given in another shape, which the harness does.
  scales.size() > 1 ? c.weights(weight_literal()) : c.constant(weight_literal());
  if (transposed) c.in(input());
  if (bias) scales.size() > 1 ? c.weights(bias_literal()) : c.constant(bias_literal());
  return c.out(expected());
}

std::vector<LayerCase> layer_cases(const std::string& op) {
  const std::vector<LayerCase> all = {
#include "engine/ops/shared/layer_cases.inc"
  };
  std::vector<LayerCase> out;
  for (const LayerCase& c : all)
    if (c.op == op) out.push_back(c);
  return out;
}

void run_layer_cases(const std::string& op) {
  const std::vector<LayerCase> cases = layer_cases(op);
  ASSERT_FALSE(cases.empty());
  for (const LayerCase& c : cases) {
    SCOPED_TRACE(c.what);
    run_everywhere(c.op_case());
  }
}

}  // namespace samara::testing

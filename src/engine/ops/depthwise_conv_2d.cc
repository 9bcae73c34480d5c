// DEPTHWISE_CONV_2D: each input channel has its own filters, [1][h][w][in_c * multiplier]. Builtin 4.
// Types: f32, f16 and bf16, filters of each; u8; i8 with i8, i4 or i2 filters per tensor or per
// channel; i16 with 64-bit bias; f32 input with such filters (hybrid, input quantized asymmetrically per image). The multiplier follows
// from the shapes; the option of that name is ignored, as LiteRT does for most types.
// Rules from: LiteRT tflite/kernels/depthwise_conv.cc and its reference kernels. Uint8 results are
// rounded twice, ties away from zero, as all others.
#include <algorithm>

#include "engine/graph/op.h"
#include "engine/kernels/dwconv_f32/dwconv_f32_kernels.h"
#include "engine/kernels/dwconv_i8/dwconv_i8_kernels.h"
#include "engine/ops/shared/floats.h"
#include "engine/ops/shared/integer_layer.h"
#include "engine/ops/shared/window.h"

namespace samara::ops {
namespace {

using kernels::ConvGeometry;

constexpr LayerInputs kInputs{.takes = LayerInputs::Takes::with_bias};
constexpr std::initializer_list<Type> kWithFloat{Type::f32, Type::f16, Type::bf16,
                                                 Type::i8,  Type::i4,  Type::i2};
constexpr std::initializer_list<Type> kWithInteger{Type::i8, Type::i4, Type::i2};
constexpr std::initializer_list<Type> kWideBias{Type::i64};

struct State {
  kernels::DepthwiseI8 conv;
  IntegerLayer layer;
  kernels::PackDw how;
  const std::byte* packed = nullptr;
};

Result<WindowParams> parse(const OpView& v) {
  return window_params(v.options<fb::DepthwiseConv2DOptions>());
}

Result<ConvGeometry> geometry_of(const WindowParams& p, const Operands& n) {
  const Shape& in = n.in(0).shape;
  const Shape& filter = n.in(1).shape;
  TRY_SET(ConvGeometry g, p.geometry(in, filter[1], filter[2]));
  g.out_c = filter[3];
  g.groups = in[3];
  if (filter[0] != 1 || g.out_c < 1 || g.out_c % in[3] != 0)
    return Error(Code::invalid_model, cat("filter of shape ", filter.text(),
                                          " does not fit an input of ", in[3], " channels"));
  return g;
}

int32_t weight_zero(const Tensor& filter) {
  return filter.quant.zero_point() - (filter.type == Type::u8 ? 128 : 0);
}

kernels::DepthwiseI8 kernel_for(const Operands& n, const ConvGeometry& g) {
  kernels::DepthwiseI8 conv{
      .geometry = g, .input_u8 = n.in(0).type == Type::u8, .input_i16 = n.in(0).type == Type::i16};
  conv.choose(weight_zero(n.in(1)));
  return conv;
}

bool constant(const Operands& n) { return n.in(1).constant && (!n.has(2) || n.in(2).constant); }

/// The bias that is packed with the weights: 8-bit layers' alone.
const int32_t* packed_bias(const Operands& n) {
  if (!n.has(2) || n.in(2).type != Type::i32) return nullptr;
  return reinterpret_cast<const int32_t*>(n.in(2).data);
}

Status infer(const WindowParams& p, Infer& n) {
  TRY(n.arity(2, 3, 1));
  TRY(n.has_rank(n.in(0), 4));
  TRY(n.has_rank(n.in(1), 4));
  TRY_SET(const ConvGeometry g, geometry_of(p, n));
  TRY(check_layer(n, g.out_c,
                  {.at = kInputs,
                   .axis = 3,
                   .with_float = kWithFloat,
                   .with_integer = kWithInteger,
                   .wide_bias = kWideBias}));
  TRY(n.set_shape(n.out(0), Shape{g.batches, g.y.out, g.x.out, g.out_c}));
  if (is_float(n.in(1).type)) {
    TRY(infer_floats(n, n.in(0), kFloatIn));
    TRY(infer_floats(n, n.in(1), kFloatWeights));
    if (n.has(2)) TRY(infer_floats(n, n.in(2), kFloatBias));
    return infer_floats(n, n.out(0), kFloatOut);
  }
  const int64_t bytes = kernel_for(n, g).packed_bytes();
  if (bytes < 0) return Error(Code::resource_exhausted, "filter is too large to pack");
  if (!constant(n)) TRY(n.scratch(0, bytes));
  if (is_hybrid(n)) TRY(infer_row_quant(n, g.batches));
  // A pixel of zero points for the padding; of each image where input is quantized per image.
  const auto pixels = checked_mul<int64_t>(g.in_c * int64_t{2}, is_hybrid(n) ? g.batches : 1);
  if (!pixels) return Error(Code::resource_exhausted, "too many images");
  return n.scratch(3, *pixels);
}

Status prepare(const WindowParams& p, State& s, Prepare& n) {
  TRY_SET(s.conv.geometry, geometry_of(p, n));
  if (is_float(n.in(1).type)) return ok();
  const bool hybrid = is_hybrid(n);
  s.conv = kernel_for(n, s.conv.geometry);
  TRY(s.layer.prepare(n, hybrid ? Finish::hybrid : Finish::twice, s.conv.geometry.out_c,
                      p.activation, s.conv.input_u8, s.conv.geometry.taps(), kInputs));
  s.layer.left_shift = s.conv.inner_zero(0);
  s.how = {.form = weight_form(n.in(1).type), .weight_zero = weight_zero(n.in(1))};
  if (!hybrid && !s.conv.input_i16) s.how.left_zero = s.conv.inner_zero(n.in(0).quant.zero_point());
  s.packed = nullptr;
  if (!constant(n)) return ok();
  s.how.weights = n.in(1).data;
  s.how.bias = packed_bias(n);
  const auto pack = [&](std::byte* memory) {
    s.conv.pack(s.how, memory);
    return ok();
  };
  TRY_SET(s.packed, n.packed("weights", s.conv.packed_bytes(), pack));
  return ok();
}

const std::byte* packed_weights(const State& s, Run& n) {
  if (s.packed) return s.packed;
  kernels::PackDw how = s.how;
  how.weights = n.in(1).data;
  how.bias = packed_bias(n);
  s.conv.pack(how, n.scratch(0).data());
  return n.scratch(0).data();
}

Status run_integer(const WindowParams&, State& s, Run& n) {
  const ConvGeometry& g = s.conv.geometry;
  std::byte* zeros = n.scratch(3).data();
  // 16-bit input has zero point 0.
  std::fill_n(zeros, size_t(g.in_c) * 2, std::byte(n.in(0).quant.zero_point()));
  const IntegerLayer::Data data{
      .out = n.out(0).data,
      .channels = g.out_c,
      .bias64 = n.has(2) && s.conv.input_i16 ? n.in_data<int64_t>(2) : nullptr};
  kernels::ByteResult bytes;
  s.conv.run(
      {.input = n.in(0).data, .packed = packed_weights(s, n), .zeros = zeros}, n.pool(),
      [&](const kernels::SumTile& tile) { s.layer.finish(tile, data); },
      s.layer.bytes(data, bytes));
  return ok();
}

Status run_hybrid(const WindowParams&, State& s, Run& n) {
  const ConvGeometry& g = s.conv.geometry;
  const RowQuants rows = quantize_rows(n, g.batches, RowRule::asymmetric);
  std::byte* zeros = n.scratch(3).data();
  for (int32_t b = 0; b < g.batches; ++b)
    std::fill_n(zeros + size_t(b) * size_t(g.in_c), size_t(g.in_c), std::byte(rows.zeros[b]));
  const std::byte* packed = packed_weights(s, n);
  const IntegerLayer::Data data{
      .out = n.out(0).data,
      .channels = g.out_c,
      .bias = n.has(2) ? n.in_data<float>(2) : nullptr,
      .rows = rows.quants,
      .rows_each = int64_t{g.y.out} * g.x.out,
      .weight_sums = reinterpret_cast<const int32_t*>(packed + s.conv.sums_offset())};
  s.conv.run({.input = rows.values, .packed = packed, .zeros = zeros, .zeros_each = true}, n.pool(),
             [&](const kernels::SumTile& tile) { s.layer.finish(tile, data); });
  return ok();
}

Status run_f32(const WindowParams& p, State& s, Run& n) {
  const Range<float> range = activation_range<float>(p.activation);
  const float* in = floats_of(n, n.in(0), kFloatIn);
  const float* filter = floats_of(n, n.in(1), kFloatWeights);
  const float* bias = n.has(2) ? floats_of(n, n.in(2), kFloatBias) : nullptr;
  kernels::dwconv_f32(s.conv.geometry, in, filter, bias, float_output(n, kFloatOut), range.low,
                      range.high, fuses_floats(n), n.pool());
  store_floats(n, kFloatOut);
  return ok();
}

constexpr auto kFloat = bind<WindowParams, State, run_f32>;
constexpr auto kInteger = bind<WindowParams, State, run_integer>;
constexpr auto kHybrid = bind<WindowParams, State, run_hybrid>;

}  // namespace

extern constinit const OpDef depthwise_conv_2d =
    define_op<WindowParams, State, parse, infer, prepare>(
        {.name = "DEPTHWISE_CONV_2D", .code = 4, .versions = {1, 7}},
        {{{Type::f32, Type::f32}, kFloat},
         {{Type::f32, Type::f16}, kFloat},
         {{Type::f32, Type::bf16}, kFloat},
         {{Type::f16, Type::f16}, kFloat},
         {{Type::f16, Type::f32}, kFloat},
         {{Type::bf16, Type::bf16}, kFloat},
         {{Type::bf16, Type::f32}, kFloat},

         {{Type::i8, Type::i8}, kInteger},
         {{Type::i8, Type::i4}, kInteger},
         {{Type::i8, Type::i2}, kInteger},
         {{Type::i16, Type::i2}, kInteger},
         {{Type::f32, Type::i4}, kHybrid},
         {{Type::f32, Type::i2}, kHybrid},
         {{Type::u8, Type::u8}, kInteger},
         {{Type::i16, Type::i8}, kInteger},
         {{Type::i16, Type::i4}, kInteger},
         {{Type::f32, Type::i8}, kHybrid}});

}  // namespace samara::ops

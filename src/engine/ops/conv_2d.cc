// CONV_2D: sliding windows over an NHWC image, filters [out_c][h][w][in_c / groups]. Builtin 3.
// Types: f32, f16 and bf16, filters of each; u8; i8 with i8, i4 or i2 filters per tensor or per
// channel; i16 with 64- or 32-bit bias; f32 input with quantized filters (hybrid). A missing bias is taken as zeros, which LiteRT refuses.
// Rules from: LiteRT tflite/kernels/conv.cc and its reference kernels. Hybrid input is quantized
// per image: symmetric for one filter scale, asymmetric for scales per channel or groups.
#include <algorithm>

#include "engine/graph/op.h"
#include "engine/kernels/gemm_f32/gemm_f32_kernels.h"
#include "engine/ops/shared/floats.h"
#include "engine/ops/shared/integer_layer.h"
#include "engine/ops/shared/window.h"

namespace samara::ops {
namespace {

using kernels::ConvGeometry;

constexpr LayerInputs kInputs{.takes = LayerInputs::Takes::with_bias};
constexpr std::initializer_list<Type> kWithFloat{Type::f32, Type::f16, Type::bf16, Type::i8,
                                                 Type::u8,  Type::i4,  Type::i2};
constexpr std::initializer_list<Type> kWithInteger{Type::i8, Type::i4, Type::i2};
constexpr std::initializer_list<Type> kWideBias{Type::i64, Type::i32};

struct Params {
  WindowParams window;
  bool bias32 = false;  // quantized_bias_type says INT32
};

struct State {
  ConvGeometry geometry;
  PackedFloats floats;
  IntegerLayer layer;
  PackedWeights weights;
  kernels::ConvI8 conv;
  RowRule rule = RowRule::symmetric;  // of hybrid inputs
  int64_t rows = 0;                   // they are quantized in this many parts
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::Conv2DOptions>();
  Params p;
  TRY_SET(p.window, window_params(o));
  p.bias32 = o.quantized_bias_type() == fb::TensorType_INT32;
  return p;
}

bool is_fused(const Params& p, const Operands& n) {
  return is_hybrid(n, kInputs) && hybrid_fused(n, p.window.activation, kInputs);
}

/// Into how many parts a hybrid input is quantized: an image each, but where XNNPACK makes a matrix
/// product of the convolution, a pixel each.
int64_t quantized_rows(const Params& p, const Operands& n, const ConvGeometry& g) {
  const auto whole = [](const kernels::WindowAxis& a) { return a.filter == 1 && a.stride == 1; };
  const bool product = is_fused(p, n) && g.groups == 1 && whole(g.y) && whole(g.x);
  return product ? int64_t{g.batches} * g.y.in * g.x.in : g.batches;
}

Result<ConvGeometry> geometry_of(const Params& p, const Operands& n) {
  const Shape& in = n.in(0).shape;
  const Shape& filter = n.in(1).shape;
  TRY_SET(ConvGeometry g, p.window.geometry(in, filter[1], filter[2]));
  g.out_c = filter[0];
  if (filter[0] < 1 || filter[3] < 1 || in[3] % filter[3] != 0)
    return Error(Code::invalid_model, cat("filter of shape ", filter.text(),
                                          " does not fit an input of ", in[3], " channels"));
  g.groups = in[3] / filter[3];
  if (g.out_c % g.groups != 0)
    return Error(Code::invalid_model,
                 cat(g.out_c, " output channels cannot be split into ", g.groups, " groups"));
  return g;
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(2, 3, 1));
  TRY(n.has_rank(n.in(0), 4));
  TRY(n.has_rank(n.in(1), 4));
  TRY_SET(const ConvGeometry g, geometry_of(p, n));
  TRY(check_layer(n, g.out_c,
                  {.at = kInputs,
                   .with_float = kWithFloat,
                   .with_integer = kWithInteger,
                   .wide_bias = kWideBias,
                   .bias32 = p.bias32}));
  TRY(n.set_shape(n.out(0), Shape{g.batches, g.y.out, g.x.out, g.out_c}));
  if (is_float(n.in(1).type)) return PackedFloats::infer(n, kernels::conv_f32_packed_floats(g));
  if (is_hybrid(n)) TRY(infer_row_quant(n, quantized_rows(p, n, g)));
  const kernels::GemmI8& kernel = matrix_kernel(n);
  return PackedWeights::infer(n, kernel, g.groups, g.group_out_c(), g.k());
}

auto packer(const ConvGeometry& g) {
  return [&g](const float* filter, const float* bias, float* packed) {
    kernels::conv_f32_pack(g, filter, bias, packed);
  };
}

/// How LiteRT's kernels quantize a hybrid input.
RowRule row_rule(const Tensor& filter, const ConvGeometry& g) {
  const std::span<const float> scales = filter.quant.scales;
  const bool differ =
      std::any_of(scales.begin(), scales.end(), [&](float x) { return x != scales[0]; });
  return g.groups != 1 || (filter.type != Type::u8 && differ) ? RowRule::asymmetric
                                                              : RowRule::symmetric;
}

Status prepare(const Params& p, State& s, Prepare& n) {
  TRY_SET(s.geometry, geometry_of(p, n));
  const ConvGeometry& g = s.geometry;
  const Tensor& filter = n.in(1);
  if (is_float(filter.type)) {
    return s.floats.prepare(n, *kernels::conv_f32_packed_floats(g), packer(g));
  }
  const bool hybrid = is_hybrid(n);
  const Type in = n.in(0).type;
  const kernels::GemmI8& kernel = matrix_kernel(n);
  const bool fused = is_fused(p, n);
  TRY(s.layer.prepare(n,
                      fused    ? Finish::hybrid_fused
                      : hybrid ? Finish::hybrid
                               : Finish::twice,
                      g.out_c, p.window.activation, in == Type::u8, g.k(), kInputs));
  s.layer.left_shift = kernels::inner_zero_point(kernel.form, false, 0);
  s.layer.wrap32 = in == Type::i16 && (p.bias32 || (n.has(2) && n.in(2).type == Type::i32));
  TRY(s.weights.prepare(n, kernel, g.groups, g.group_out_c(), g.k(),
                        packing(n, s.layer, kernel, g.k())));
  s.conv = {.geometry = g,
            .kernel = &kernel,
            .layout = s.weights.layout(),
            .input_u8 = in == Type::u8,
            .input_i16 = in == Type::i16,
            .left_sums = !hybrid && s.layer.weight_zero != 0};
  s.rows = quantized_rows(p, n, g);
  s.rule = fused ? RowRule::even : row_rule(filter, g);
  return ok();
}

Status run_f32(const Params& p, State& s, Run& n) {
  const Range<float> range = activation_range<float>(p.window.activation);
  const float* in = floats_of(n, n.in(0), kFloatIn);
  kernels::conv_f32(s.geometry, in, s.floats.get(n, packer(s.geometry)), float_output(n, kFloatOut),
                    range.low, range.high, fuses_floats(n), n.pool());
  store_floats(n, kFloatOut);
  return ok();
}

Status run_integer(const Params&, State& s, Run& n) {
  const int32_t pad = n.in(0).quant.zero_point();
  IntegerLayer::Data data{.out = n.out(0).data, .channels = s.geometry.out_c};
  if (s.conv.input_i16 && n.has(2)) {
    if (n.in(2).type == Type::i64) {
      data.bias64 = n.in_data<int64_t>(2);
    } else {
      data.bias32 = n.in_data<int32_t>(2);
    }
  }
  kernels::ByteResult bytes;
  s.conv.run(
      n.in(0).data, s.weights.get(n), &pad, 0, n.pool(),
      [&](const kernels::SumTile& tile) { s.layer.finish(tile, data); },
      s.layer.bytes(data, bytes));
  return ok();
}

Status run_hybrid(const Params&, State& s, Run& n) {
  const RowQuants rows = quantize_rows(n, s.rows, s.rule);
  const void* packed = s.weights.get(n);
  const IntegerLayer::Data data{
      .out = n.out(0).data,
      .channels = s.geometry.out_c,
      .bias = n.has(2) ? n.in_data<float>(2) : nullptr,
      .rows = rows.quants,
      .rows_each = s.rows <= 1 ? IntegerLayer::kAllRows : s.geometry.out_pixels() / s.rows,
      .weight_sums = reinterpret_cast<const int32_t*>(static_cast<const std::byte*>(packed) +
                                                      s.weights.layout().sums)};
  kernels::FloatResult floats;
  s.conv.run(
      rows.values, packed, rows.zeros, 1, n.pool(),
      [&](const kernels::SumTile& tile) { s.layer.finish(tile, data); }, nullptr,
      s.layer.floats(data, floats));
  return ok();
}

constexpr auto kFloat = bind<Params, State, run_f32>;
constexpr auto kInteger = bind<Params, State, run_integer>;
constexpr auto kHybrid = bind<Params, State, run_hybrid>;

}  // namespace

extern constinit const OpDef conv_2d = define_op<Params, State, parse, infer, prepare>(
    {.name = "CONV_2D", .code = 3, .versions = {1, 8}}, {{{Type::f32, Type::f32}, kFloat},
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
                                                         {{Type::f32, Type::i2}, kHybrid},
                                                         {{Type::u8, Type::u8}, kInteger},
                                                         {{Type::i16, Type::i8}, kInteger},
                                                         {{Type::i16, Type::i4}, kInteger},
                                                         {{Type::f32, Type::i8}, kHybrid},
                                                         {{Type::f32, Type::u8}, kHybrid},
                                                         {{Type::f32, Type::i4}, kHybrid}});

}  // namespace samara::ops

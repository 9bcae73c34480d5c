// TRANSPOSE_CONV: each input pixel adds a filter's worth of output, filters [out_c][h][w][in_c].
// Builtin 67, versions 1 to 5. Inputs: output shape, filter, input, and from version 3 on a bias.
// Types: f32, f16 and bf16, filters of each; u8; i8 per tensor or per channel; i16 with 64- or 32-bit bias; f32 input with i8
// filters (hybrid: the input is quantized asymmetrically per image).
// Rules from: LiteRT tflite/kernels/transpose_conv.cc and its reference kernels. Hybrid sums are
// exact integers here; LiteRT adds products in float, and reads beyond the scales of a filter that
// has but one (docs/bugs.md).
#include "engine/ops/shared/transpose_conv.h"

#include <algorithm>

#include "engine/ops/shared/floats.h"
#include "engine/ops/shared/move.h"
#include "engine/ops/shared/window.h"

namespace samara::ops {
namespace {

constexpr LayerInputs kInputs{.in = 2, .weights = 1, .bias = 3};
constexpr std::initializer_list<Type> kWithFloat{Type::f32, Type::f16, Type::bf16, Type::i8};
constexpr std::initializer_list<Type> kWithInteger{Type::i8};
constexpr std::initializer_list<Type> kWideBias{Type::i64, Type::i32};
using Part = SubConvolutions::Part;

struct Params {
  kernels::Padding padding = kernels::Padding::same;
  int32_t stride_h = 1, stride_w = 1;
  Activation activation = fb::ActivationFunctionType_NONE;
  bool bias32 = false;  // quantized_bias_type says INT32
};

struct State {
  TransposeF32 f32;
  TransposeLayer parts;
  IntegerLayer layer;
  const kernels::GemmI8* kernel = nullptr;
  RowRule rule = RowRule::asymmetric;  // of hybrid inputs
  kernels::PackI8 how;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::TransposeConvOptions>();
  if (o.padding() != fb::Padding_SAME && o.padding() != fb::Padding_VALID)
    return Error(Code::invalid_model, cat("padding ", int(o.padding()), " is unknown"));
  Params p{.padding = kernels::Padding(o.padding()),
           .stride_h = o.stride_h(),
           .stride_w = o.stride_w(),
           .bias32 = o.quantized_bias_type() == fb::TensorType_INT32};
  TRY_SET(p.activation, fused_activation(o.fused_activation_function()));
  return p;
}

/// An axis of the output is right if an ordinary convolution leads from it to the input.
Status set_axis(const Params& p, const Operands& n, TransposeAxis& axis, int32_t out,
                const char* what) {
  kernels::WindowAxis back{.in = out, .filter = axis.filter, .stride = axis.stride};
  if (out < 1) return value_error(n, 0, cat("the output's ", what, " is ", out));
  TRY(back.resolve(p.padding, what));
  if (back.out != axis.in)
    return value_error(n, 0,
                       cat("an output of ", what, " ", out, " comes from an input of ", back.out,
                           ", but the input has ", axis.in));
  axis.out = out;
  axis.before = back.before;
  return ok();
}

/// From the shapes, and from input 0 unless `shape` is given.
Result<TransposeGeometry> geometry_of(const Params& p, const Operands& n, const Shape& out) {
  TransposeGeometry g;
  TRY(g.set(n.in(2).shape, n.in(1).shape, p.stride_h, p.stride_w));
  if (out.rank() != 4 || out[0] != g.batches || out[3] != g.out_c)
    return value_error(n, 0,
                       cat("output shape ", out.text(), " does not fit ", g.batches, " images of ",
                           g.out_c, " channels"));
  TRY(set_axis(p, n, g.y, out[1], "height"));
  TRY(set_axis(p, n, g.x, out[2], "width"));
  return g;
}

/// The node's inputs, and whether XNNPACK takes the geometry, which must be known at the load.
LayerInputs inputs_of(const Params& p, const Operands& n, const TransposeGeometry& g) {
  const auto takes = [&](const TransposeAxis& a) {
    return p.padding == kernels::Padding::same ? a.filter >= a.stride : a.filter <= a.out;
  };
  LayerInputs inputs = kInputs;
  if (!n.in(0).constant || !takes(g.y) || !takes(g.x)) inputs.takes = LayerInputs::Takes::none;
  return inputs;
}

/// Lays out the parts' packed filters one after the other; returns their bytes.
Result<int64_t> lay_out(SubConvolutions& subs, const kernels::GemmI8& kernel) {
  int64_t bytes = 0;
  for (Part& p : subs.parts()) {
    p.layout = kernels::packed_i8_layout(kernel, 1, p.geometry.out_c, p.geometry.k());
    const auto end =
        p.layout.bytes < 0 ? std::nullopt : checked_add<int64_t>(bytes, p.layout.bytes);
    if (!end || *end > INT64_MAX - 64)
      return Error(Code::resource_exhausted, "filter is too large to pack");
    p.at = bytes;
    bytes = int64_t(*align_up(uint64_t(*end), 64));
  }
  return bytes;
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(3, 4, 1));
  TRY(n.has_type(n.in(0), {Type::i32}));
  TRY(n.has_rank(n.in(0), 1));
  TRY(n.has_rank(n.in(1), 4));
  TRY(n.has_rank(n.in(2), 4));
  TRY(check_layer(n, n.in(1).shape[0],
                  {.at = kInputs,
                   .with_float = kWithFloat,
                   .with_integer = kWithInteger,
                   .wide_bias = kWideBias,
                   .bias32 = p.bias32}));
  if (!n.known(0)) return n.defer();
  TRY_SET(const Shape out, read_shape(n, 0));
  TRY_SET(const TransposeGeometry g, geometry_of(p, n, out));
  TRY(n.set_shape(n.out(0), out));
  if (is_float(n.in(1).type)) return TransposeF32().infer(n, kInputs, g);
  if (is_hybrid(n, kInputs)) TRY(infer_row_quant(n, g.batches, 2));
  TransposeLayer layer;
  TRY(layer.subs.resolve(g));
  TRY_SET(const int64_t bytes, lay_out(layer.subs, matrix_kernel(n, 2)));
  return layer.infer(n, kInputs, bytes);
}

auto packer(const State& s, const Operands& n) {
  return [&s, &n](const Part& p, const std::byte* filter, std::byte* memory) {
    kernels::PackI8 how = s.how;
    how.row_step = p.geometry.k();
    how.weights = filter;
    if (n.in(2).type != Type::i16 && n.has(3) && n.in(3).type == Type::i32)
      how.bias = reinterpret_cast<const int32_t*>(n.in(3).data);
    kernels::pack_i8(*s.kernel, p.layout, how, memory);
  };
}

Status prepare(const Params& p, State& s, Prepare& n) {
  TRY_SET(const TransposeGeometry g, geometry_of(p, n, n.out(0).shape));
  if (is_float(n.in(1).type)) return s.f32.prepare(n, kInputs, g);
  TRY(s.parts.subs.resolve(g));
  s.kernel = &matrix_kernel(n, 2);
  TRY_SET(const int64_t bytes, lay_out(s.parts.subs, *s.kernel));
  const Tensor& in = n.in(2);
  const bool hybrid = is_hybrid(n, kInputs);
  const LayerInputs inputs = inputs_of(p, n, g);
  const bool fused = hybrid && hybrid_fused(n, p.activation, inputs);
  s.rule = fused ? RowRule::even : RowRule::asymmetric;
  const int64_t depth = n.in(1).shape.range(1, 4);
  TRY(s.layer.prepare(n,
                      fused    ? Finish::hybrid_fused
                      : hybrid ? Finish::hybrid
                               : Finish::twice,
                      g.out_c, p.activation, in.type == Type::u8, depth, inputs));
  s.layer.left_shift = kernels::inner_zero_point(s.kernel->form, false, 0);
  s.layer.wrap32 = in.type == Type::i16 && (p.bias32 || (n.has(3) && n.in(3).type == Type::i32));
  s.how = {.form = hybrid ? kernels::WeightForm::s8 : weight_form(n.in(1).type)};
  if (!hybrid && in.type != Type::i16) {
    s.how.left_zero =
        kernels::inner_zero_point(s.kernel->form, in.type == Type::u8, in.quant.zero_point());
    s.how.weight_zero = s.layer.weight_zero;
  }
  return s.parts.prepare(n, kInputs, bytes, packer(s, n));
}

Status run_f32(const Params& p, State& s, Run& n) {
  s.f32.run(n, kInputs, activation_range<float>(p.activation));
  return ok();
}

/// A pixel that no tap reaches: sums are the bias alone.
void fill_pixel(const State& s, const Operands& n, IntegerLayer::Data data, std::byte* out) {
  constexpr int64_t kChannels = 64;
  data.out = out;
  const int32_t* bias = n.in(2).type != Type::i16 && n.in(2).type != Type::f32 && n.has(3)
                            ? reinterpret_cast<const int32_t*>(n.in(3).data)
                            : nullptr;
  const int64_t wide[kChannels] = {};
  int32_t sums[kChannels] = {};
  data.weight_sums = nullptr;
  for (int64_t c = 0; c < data.channels; c += kChannels) {
    const int64_t count = std::min(kChannels, data.channels - c);
    if (bias) std::copy_n(bias + c, count, sums);
    s.layer.finish({.rows = 1,
                    .channel = c,
                    .column = c,
                    .n = int(count),
                    .sums = sums,
                    .wide_sums = n.in(2).type == Type::i16 ? wide : nullptr,
                    .stride = kChannels},
                   data);
  }
}

/// All integer layers. `input` has one zero point in `pads` for each image, or for all.
void run_parts(State& s, Run& n, const void* input, const int32_t* pads, int pad_step,
               IntegerLayer::Data data) {
  const Tensor& in = n.in(2);
  const bool hybrid = in.type == Type::f32;
  data.channels = n.out(0).shape[3];
  const auto compute = [&](const Part& p, const std::byte* packed, std::byte* out) {
    IntegerLayer::Data part = data;
    part.out = out;
    part.rows_each = int64_t{p.geometry.y.out} * p.geometry.x.out;
    if (hybrid) part.weight_sums = reinterpret_cast<const int32_t*>(packed + p.layout.sums);
    const kernels::ConvI8 conv{.geometry = p.geometry,
                               .kernel = s.kernel,
                               .layout = p.layout,
                               .input_u8 = in.type == Type::u8,
                               .input_i16 = in.type == Type::i16,
                               .left_sums = !hybrid && s.layer.weight_zero != 0};
    conv.run(input, packed, pads, pad_step, n.pool(),
             [&](const kernels::SumTile& tile) { s.layer.finish(tile, part); });
  };
  s.parts.run(n, kInputs, n.out(0).data, packer(s, n), compute,
              [&](std::byte* out) { fill_pixel(s, n, data, out); });
}

Status run_integer(const Params&, State& s, Run& n) {
  const int32_t pad = n.in(2).quant.zero_point();
  IntegerLayer::Data data;
  if (n.in(2).type == Type::i16 && n.has(3)) {
    if (n.in(3).type == Type::i64) {
      data.bias64 = n.in_data<int64_t>(3);
    } else {
      data.bias32 = n.in_data<int32_t>(3);
    }
  }
  run_parts(s, n, n.in(2).data, &pad, 0, data);
  return ok();
}

Status run_hybrid(const Params&, State& s, Run& n) {
  const RowQuants rows = quantize_rows(n, n.in(2).shape[0], s.rule, 2);
  run_parts(s, n, rows.values, rows.zeros, 1,
            {.bias = n.has(3) ? n.in_data<float>(3) : nullptr, .rows = rows.quants});
  return ok();
}

constexpr auto kFloat = bind<Params, State, run_f32>;
constexpr auto kInteger = bind<Params, State, run_integer>;
constexpr auto kHybrid = bind<Params, State, run_hybrid>;

}  // namespace

extern constinit const OpDef transpose_conv = define_op<Params, State, parse, infer, prepare>(
    {.name = "TRANSPOSE_CONV", .code = 67, .versions = {1, 5}},
    {{{kAny, Type::f32, Type::f32}, kFloat},
     {{kAny, Type::f16, Type::f32}, kFloat},
     {{kAny, Type::bf16, Type::f32}, kFloat},
     {{kAny, Type::f16, Type::f16}, kFloat},
     {{kAny, Type::f32, Type::f16}, kFloat},
     {{kAny, Type::bf16, Type::bf16}, kFloat},
     {{kAny, Type::f32, Type::bf16}, kFloat},
     {{kAny, Type::i8, Type::i8}, kInteger},
     {{kAny, Type::u8, Type::u8}, kInteger},
     {{kAny, Type::i8, Type::i16}, kInteger},
     {{kAny, Type::i8, Type::f32}, kHybrid}});

}  // namespace samara::ops

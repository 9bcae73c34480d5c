// FULLY_CONNECTED: rows of the input times weights [units][depth]. Builtin 9.
// Types: f32, f16 and bf16, weights of each; u8 to u8 or i16; i8 with i8, i4 or i2 weights per tensor
// or per channel to i8 or i16; i16 with such or i16 weights and 64- or 32-bit bias; f32 input with
// quantized weights (hybrid), blockwise ones too.
// Integer results are scaled in double and rounded half away from zero, unlike convolutions'.
// Rules from: LiteRT tflite/kernels/fully_connected.cc and its reference kernels. Int8 input to
// int16 output is computed from signed values, where LiteRT reads them as unsigned (docs/bugs.md).
#include <algorithm>

#include "engine/graph/op.h"
#include "engine/kernels/gemm_f32/gemm_f32_kernels.h"
#include "engine/ops/shared/blockwise.h"
#include "engine/ops/shared/floats.h"
#include "engine/ops/shared/integer_layer.h"
#include "engine/ops/shared/wide_layer.h"
#include "engine/ops/shared/window.h"

namespace samara::ops {
namespace {

constexpr LayerInputs kInputs{.takes = LayerInputs::Takes::narrow};

struct Params {
  Activation activation = fb::ActivationFunctionType_NONE;
  bool keep_num_dims = false;
  bool asymmetric = false;
  bool bias32 = false;  // quantized_bias_type says INT32
};

/// input [rows][depth] times weights [units][depth].
struct Sizes {
  int64_t rows = 0;
  int32_t depth = 0, units = 0;
};

struct State {
  Sizes sizes;
  PackedFloats floats;
  BlockwiseLayer blockwise;
  IntegerLayer layer;
  PackedWeights weights;
  kernels::ConvI8 matrix;
  RowRule rule = RowRule::symmetric;  // of hybrid inputs
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::FullyConnectedOptions>();
  if (o.weights_format() != fb::FullyConnectedOptionsWeightsFormat_DEFAULT)
    return Error(Code::unsupported, cat("weights_format ", int(o.weights_format()),
                                        " (shuffled weights) is not supported"));
  Params p{.keep_num_dims = o.keep_num_dims(),
           .asymmetric = o.asymmetric_quantize_inputs(),
           .bias32 = o.quantized_bias_type() == fb::TensorType_INT32};
  p.activation = o.fused_activation_function();
  if (p.activation != fb::ActivationFunctionType_TANH) {
    TRY_SET(p.activation, fused_activation(p.activation));
  }
  return p;
}

bool is_blockwise(const Operands& n) { return n.in(1).quant.block_size > 0; }
bool is_wide(const Operands& n) { return n.in(1).type == Type::i16; }

Result<Sizes> sizes_of(const Operands& n) {
  const Shape& in = n.in(0).shape;
  const Shape& weights = n.in(1).shape;
  Sizes s{.depth = weights[1], .units = weights[0]};
  // Without depth the rows cannot be counted from the elements.
  const int64_t elements = in.elements();
  if (s.depth == 0) {
    s.rows = in.range(0, std::max(0, in.rank() - 1));
  } else if (elements % s.depth == 0) {
    s.rows = elements / s.depth;
  } else {
    return Error(Code::invalid_model, cat("an input of shape ", in.text(),
                                          " is no rows of the weights' depth ", s.depth));
  }
  return s;
}

Status check_weight_types(Infer& n, Sizes s) {
  const Tensor& in = n.in(0);
  const Tensor& weights = n.in(1);
  const bool unsigned_weights = weights.type == Type::u8;
  if (is_half(in.type)) return n.has_type(weights, {Type::f32, in.type});
  if (is_blockwise(n)) return n.has_type(in, {Type::f32});
  if (in.type == Type::u8) {
    TRY(n.has_type(weights, {Type::u8}));
  } else if (in.type == Type::f32) {
    TRY(n.has_type(weights,
                   {Type::f32, Type::f16, Type::bf16, Type::i8, Type::u8, Type::i4, Type::i2}));
    if (is_float(weights.type)) return ok();
  } else if (in.type == Type::i16) {
    TRY(n.has_type(weights, {Type::i8, Type::i4, Type::i2, Type::i16}));
  } else {
    TRY(n.has_type(weights, {Type::i8, Type::i4, Type::i2}));
  }
  if (unsigned_weights && weights.quant.scales.size() > 1)
    return Error(Code::invalid_model, "uint8 weights have one scale");
  const bool symmetric = weights.quant.scales.size() > 1 || weights.type == Type::i4 ||
                         weights.type == Type::i2 || in.type == Type::f32;
  return check_weights(weights, s.units, 0, symmetric && !unsigned_weights);
}

Status check_types(const Params& p, Infer& n, Sizes s) {
  const Tensor& in = n.in(0);
  const Tensor& out = n.out(0);
  TRY(n.has_type(in, {Type::f32, Type::f16, Type::bf16, Type::u8, Type::i8, Type::i16}));
  if (p.activation == fb::ActivationFunctionType_TANH && (!is_hybrid(n) || is_blockwise(n)))
    return Error(Code::unsupported,
                 "fused TANH is for float input with weights quantized per tensor or channel only");
  TRY(check_weight_types(n, s));
  switch (in.type) {
    case Type::f16:
    case Type::bf16:
    case Type::f32:
      TRY(n.same_type(in, out));
      if (is_hybrid(n)) return check_bias(n, 2, s.units, {Type::f32});
      return check_bias(n, 2, s.units, {Type::f32, Type::f16, Type::bf16});
    case Type::u8:
      TRY(n.has_type(out, {Type::u8, Type::i16}));
      break;
    case Type::i8:
      TRY(n.has_type(out, {Type::i8, Type::i16}));
      break;
    default:
      TRY(n.has_type(out, {Type::i16}));
      break;
  }
  TRY(n.quantized(in));
  TRY(n.quantized(out));
  if (n.in(1).quant.scales.size() == 1) TRY(check_bias_scale(n));
  if (in.type == Type::i16) {
    TRY(check_zero_points(n));
    TRY(check_bias(n, 2, s.units, {Type::i64, Type::i32}));
    if (p.bias32 && n.has(2) && n.in(2).type != Type::i32)
      return Error(Code::invalid_model, "bias is not int32 as quantized_bias_type says");
    return ok();
  }
  return check_bias(n, 2, s.units, {Type::i32});
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(2, 3, 1));
  TRY(n.has_rank(n.in(1), 2));
  TRY_SET(const Sizes s, sizes_of(n));
  TRY(check_types(p, n, s));
  const Shape& in = n.in(0).shape;
  Shape out;
  if (p.keep_num_dims) {
    if (in.rank() == 0 || in.back() != s.depth)
      return Error(Code::invalid_model, cat("the last dimension of an input of shape ", in.text(),
                                            " is not the weights' depth ", s.depth));
    out = in;
    out[in.rank() - 1] = s.units;
  } else {
    const auto rows = narrow<int32_t>(s.rows);
    if (!rows) return Error(Code::resource_exhausted, cat(s.rows, " rows are too many"));
    out = Shape{*rows, s.units};
  }
  TRY(n.set_shape(n.out(0), out));
  if (s.depth == 0 || s.units == 0) return ok();
  if (!narrow<int32_t>(s.rows))
    return Error(Code::resource_exhausted, cat(s.rows, " rows are too many"));
  if (is_float(n.in(1).type))
    return PackedFloats::infer(n, kernels::gemm_f32_packed_floats(s.units, s.depth));
  if (is_blockwise(n)) return BlockwiseLayer::infer(n, s.rows);
  if (is_wide(n)) return ok();
  if (is_hybrid(n)) TRY(infer_row_quant(n, s.rows));
  return PackedWeights::infer(n, matrix_kernel(n), 1, s.units, s.depth);
}

auto packer(const Sizes& sizes) {
  return [sizes](const float* weights, const float* bias, float* packed) {
    const size_t units = size_t(sizes.units), depth = size_t(sizes.depth);
    kernels::gemm_f32_pack(weights, depth, 1, bias, units, depth, packed);
  };
}

/// LiteRT's kernel for int8 weights that the file stores sparsely rounds in fixed point.
bool rounds_twice(const Operands& n) { return n.in(0).type == Type::i8 && n.in(1).sparse; }

/// Weights of 8 bits or less, one scale a row at most.
Status prepare_bytes(const Params& p, State& s, Prepare& n) {
  const auto& [rows, depth, units] = s.sizes;
  const bool hybrid = is_hybrid(n);
  const Type in = n.in(0).type;
  const kernels::GemmI8& kernel = matrix_kernel(n);
  const bool fused = hybrid && hybrid_fused(n, p.activation, kInputs);
  s.rule = fused ? RowRule::even : p.asymmetric ? RowRule::asymmetric : RowRule::symmetric;
  const Finish whole = rounds_twice(n) ? Finish::twice : Finish::real;
  TRY(s.layer.prepare(n,
                      fused    ? Finish::hybrid_fused
                      : hybrid ? Finish::hybrid
                               : whole,
                      units, p.activation, false, depth, kInputs));
  s.layer.left_shift = kernels::inner_zero_point(kernel.form, false, 0);
  s.layer.wrap32 = in == Type::i16 && (p.bias32 || (n.has(2) && n.in(2).type == Type::i32));
  TRY(s.weights.prepare(n, kernel, 1, units, depth, packing(n, s.layer, kernel, depth)));
  s.matrix = {.geometry = kernels::matrix_geometry(int32_t(rows), depth, units),
              .kernel = &kernel,
              .layout = s.weights.layout(),
              .input_u8 = in == Type::u8,
              .input_i16 = in == Type::i16,
              .left_sums = !hybrid && s.layer.weight_zero != 0};
  return ok();
}

Status prepare(const Params& p, State& s, Prepare& n) {
  TRY_SET(s.sizes, sizes_of(n));
  const auto& [rows, depth, units] = s.sizes;
  if (depth == 0 || units == 0) return ok();
  if (is_float(n.in(1).type))
    return s.floats.prepare(n, *kernels::gemm_f32_packed_floats(units, depth), packer(s.sizes));
  if (is_blockwise(n)) return s.blockwise.prepare(n, rows, activation_range<float>(p.activation));
  if (is_wide(n)) {
    // One scale: LiteRT takes the float product of the scales there.
    return s.layer.prepare(n, Finish::twice, units, p.activation, n.in(1).quant.scales.size() == 1);
  }
  return prepare_bytes(p, s, n);
}

/// Nothing to sum: the output is zeros, whatever its quantization.
bool filled_empty(const State& s, Run& n) {
  if (s.sizes.depth != 0 && s.sizes.units != 0) return false;
  if (n.out(0).bytes) std::memset(n.out(0).data, 0, n.out(0).bytes);
  return true;
}

Status run_f32(const Params& p, State& s, Run& n) {
  if (filled_empty(s, n)) return ok();
  const Range<float> range = activation_range<float>(p.activation);
  const size_t units = size_t(s.sizes.units), depth = size_t(s.sizes.depth);
  kernels::gemm_f32({.m = size_t(s.sizes.rows),
                     .n = units,
                     .k = depth,
                     .a = floats_of(n, n.in(0), kFloatIn),
                     .a_stride = depth,
                     .c = float_output(n, kFloatOut),
                     .c_stride = units,
                     .lo = range.low,
                     .hi = range.high,
                     .fused = fuses_floats(n)},
                    s.floats.get(n, packer(s.sizes)), n.pool());
  store_floats(n, kFloatOut);
  return ok();
}

Status run_integer(const Params&, State& s, Run& n) {
  if (filled_empty(s, n)) return ok();
  const int32_t pad = n.in(0).quant.zero_point();
  IntegerLayer::Data data{.out = n.out(0).data, .channels = s.sizes.units};
  if (n.in(0).type == Type::i16 && n.has(2)) {
    if (n.in(2).type == Type::i64) {
      data.bias64 = n.in_data<int64_t>(2);
    } else {
      data.bias32 = n.in_data<int32_t>(2);
    }
  }
  if (is_wide(n)) {
    run_wide_layer(s.layer, data, n.in_data<int16_t>(0), n.in_data<int16_t>(1), s.sizes.rows,
                   s.sizes.depth, s.sizes.units, n.in(1).quant.zero_point(), n.pool());
    return ok();
  }
  kernels::ByteResult bytes;
  s.matrix.run(
      n.in(0).data, s.weights.get(n), &pad, 0, n.pool(),
      [&](const kernels::SumTile& tile) { s.layer.finish(tile, data); },
      s.layer.bytes(data, bytes));
  return ok();
}

Status run_hybrid(const Params&, State& s, Run& n) {
  if (filled_empty(s, n)) return ok();
  if (is_blockwise(n)) {
    s.blockwise.run(n, n.has(2) ? n.in_data<float>(2) : nullptr);
    return ok();
  }
  const RowQuants rows = quantize_rows(n, s.sizes.rows, s.rule);
  const void* packed = s.weights.get(n);
  const IntegerLayer::Data data{
      .out = n.out(0).data,
      .channels = s.sizes.units,
      .bias = n.has(2) ? n.in_data<float>(2) : nullptr,
      .rows = rows.quants,
      .weight_sums = reinterpret_cast<const int32_t*>(static_cast<const std::byte*>(packed) +
                                                      s.weights.layout().sums)};
  const int32_t pad = 0;
  kernels::FloatResult floats;
  s.matrix.run(
      rows.values, packed, &pad, 0, n.pool(),
      [&](const kernels::SumTile& tile) { s.layer.finish(tile, data); }, nullptr,
      s.layer.floats(data, floats));
  return ok();
}

constexpr auto kFloat = bind<Params, State, run_f32>;
constexpr auto kInteger = bind<Params, State, run_integer>;
constexpr auto kHybrid = bind<Params, State, run_hybrid>;

}  // namespace

extern constinit const OpDef fully_connected = define_op<Params, State, parse, infer, prepare>(
    {.name = "FULLY_CONNECTED", .code = 9, .versions = {1, 14}},
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
     {{Type::u8, Type::u8}, kInteger},
     {{Type::i16, Type::i8}, kInteger},
     {{Type::i16, Type::i4}, kInteger},
     {{Type::i16, Type::i2}, kInteger},
     {{Type::i16, Type::i16}, kInteger},
     {{Type::f32, Type::i8}, kHybrid},
     {{Type::f32, Type::u8}, kHybrid},
     {{Type::f32, Type::i4}, kHybrid},
     {{Type::f32, Type::i2}, kHybrid}});

}  // namespace samara::ops

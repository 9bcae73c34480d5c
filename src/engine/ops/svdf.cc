// SVDF: a dense layer whose rows are filters of rank 1: each filter's last `memory` products with
// the input are kept in a state and weighted over time; `rank` filters make a unit. Builtin 27,
// versions 1 to 4. Inputs: input [batch, depth], feature weights [filters, depth], time weights
// [filters, memory], bias [units] or none, state [batch, filters * memory].
// Types: f32; f32 with 8-bit weights (hybrid); int8 with int16 time weights and state, or, as in
// TensorFlow Lite Micro, with int8 ones.
// Rules from: LiteRT tflite/kernels/svdf.cc, internal/reference/svdf.h; TensorFlow Lite Micro
// kernels/svdf_common.cc.
#include <algorithm>

#include "engine/ops/shared/dense.h"

namespace samara::ops {
namespace {

enum Operand { kInput, kFeature, kTime, kBias, kState, kOperands };
enum Slot { kSlotProducts, kSlotDense };

struct Params {
  int32_t rank = 1;
  Activation activation = fb::ActivationFunctionType_NONE;
  bool asymmetric = false;
};

struct State {
  Dense feature;
  kernels::Multiplier to_state, to_output;
};

struct Sizes {
  int32_t batch, depth, filters, memory, units;
};

Sizes sizes_of(const Params& p, const Operands& n) {
  const Shape &in = n.in(kInput).shape, &time = n.in(kTime).shape;
  return {in[0], in[1], time[0], time[1], time[0] / p.rank};
}

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::SVDFOptions>();
  if (o.rank() <= 0) return Error(Code::invalid_model, cat("has rank ", o.rank()));
  return Params{o.rank(), o.fused_activation_function(), o.asymmetric_quantize_inputs()};
}

Status check_integer(const Params& p, const Infer& n) {
  if (p.activation != fb::ActivationFunctionType_RELU) {
    return Error(Code::unsupported, "integer forms have the activation RELU");
  }
  for (const int i : {int(kInput), int(kFeature), int(kTime), int(kState)}) {
    TRY(n.quantized(n.in(i)));
  }
  return n.quantized(n.out(0));
}

Status infer(const Params& p, Infer& n) {
  TRY(check_counts(n, kOperands, 1, {kInput, kFeature, kTime, kState}));
  TRY(n.has_type(n.in(kInput), {Type::f32, Type::i8}));
  TRY(n.has_rank(n.in(kInput), 2));
  TRY(n.has_rank(n.in(kTime), 2));
  const Sizes s = sizes_of(p, n);
  if (s.filters % p.rank != 0 || s.memory < 1) {
    return Error(Code::invalid_model, cat("time weights '", n.in(kTime).name, "' have shape ",
                                          n.in(kTime).shape.text(), " for rank ", p.rank));
  }
  const bool integer = n.in(kInput).type == Type::i8;
  const Type feature = n.in(kFeature).type, state = n.in(kState).type;
  if (integer) {
    TRY(check_operand(n, kFeature, {Type::i8}, {s.filters, s.depth}, "feature weights"));
    TRY(n.has_type(n.in(kState), {Type::i16, Type::i8}));
    TRY(n.has_type(n.in(kTime), {state}));
    TRY(check_integer(p, n));
  } else {
    TRY(check_operand(n, kFeature, {Type::f32, Type::i8, Type::u8}, {s.filters, s.depth},
                      "feature weights"));
    TRY(n.has_type(n.in(kTime), {feature}));
    TRY(check_scales(n.in(kFeature), false));
    TRY(check_scales(n.in(kTime), false));
  }
  if (n.has(kBias)) {
    TRY(check_operand(n, kBias, {integer ? Type::i32 : Type::f32}, {s.units}, "bias"));
  }
  const auto history = checked_mul<int32_t>(s.memory, s.filters);
  if (!history) return Error(Code::resource_exhausted, "the state is too large");
  TRY(check_state(n, kState, integer ? state : Type::f32, {s.batch, *history}));
  TRY(n.same_type(n.in(kInput), n.out(0)));
  TRY(n.set_shape(n.out(0), {s.batch, s.units}));
  TRY(n.scratch(kSlotProducts, int64_t{s.batch} * s.filters * int64_t{sizeof(float)}));
  return n.scratch(kSlotDense, integer ? 0 : Dense::scratch_bytes(s.batch, s.depth, s.filters));
}

Status prepare(const Params&, State& state, Prepare& n) {
  if (n.in(kInput).type == Type::f32) return state.feature.prepare(n, kFeature);
  const float kept = n.in(kState).quant.scale();
  // Single precision in this order: the factors' last bits depend on it.
  const float to_state = n.in(kInput).quant.scale() * n.in(kFeature).quant.scale() / kept;
  const float to_output = kept * n.in(kTime).quant.scale() / n.out(0).quant.scale();
  state.to_state = kernels::quantize_multiplier(to_state);
  state.to_output = kernels::quantize_multiplier(to_output);
  return ok();
}

/// Makes room for the newest product at the end of each filter's memory.
template <class T>
void forget_oldest(const Tensor& state) {
  std::memmove(state.data, state.data + sizeof(T), state.bytes - sizeof(T));
}

Status run_float(const Params& p, State& state, Run& n) {
  const Sizes s = sizes_of(p, n);
  const int64_t rows = int64_t{s.batch} * s.filters;
  if (rows == 0) return ok();
  auto* history = reinterpret_cast<float*>(n.in(kState).data);
  auto* products = reinterpret_cast<float*>(n.scratch(kSlotProducts).data());
  std::fill_n(products, rows, 0.0f);
  state.feature.accumulate(n, n.in_data<float>(kInput), s.batch, p.asymmetric,
                           n.scratch(kSlotDense).data(), products, s.filters);
  forget_oldest<float>(n.in(kState));
  const Tensor& time = n.in(kTime);
  const float scale = time.quant.scale();
  const auto weight = [&](int64_t i) {
    return time.type == Type::f32 ? reinterpret_cast<const float*>(time.data)[i]
                                  : float(reinterpret_cast<const int8_t*>(time.data)[i]) * scale;
  };
  for (int64_t r = 0; r < rows; ++r) {
    float* memory = history + r * s.memory;
    memory[s.memory - 1] = products[r];
    const int64_t filter = r % s.filters * s.memory;
    products[r] = 0;
    for (int32_t i = 0; i < s.memory; ++i) products[r] += weight(filter + i) * memory[i];
  }
  auto* out = n.out_data<float>(0);
  const float* bias = n.has(kBias) ? n.in_data<float>(kBias) : nullptr;
  for (int64_t u = 0; u < int64_t{s.batch} * s.units; ++u) {
    out[u] = 0;
    for (int32_t i = 0; i < p.rank; ++i) out[u] += products[u * p.rank + i];
    if (bias) out[u] += bias[u % s.units];
  }
  activate(p.activation, out, size_t(s.batch) * size_t(s.units));
  return ok();
}

/// Sums wrap as the reference's do.
template <class T>
Status run_integer(const Params& p, State& state, Run& n) {
  using Limits = std::numeric_limits<T>;
  const Sizes s = sizes_of(p, n);
  const int64_t rows = int64_t{s.batch} * s.filters;
  if (rows == 0) return ok();
  forget_oldest<T>(n.in(kState));
  const auto *in = n.in_data<int8_t>(kInput), *feature = n.in_data<int8_t>(kFeature);
  const auto* time = n.in_data<T>(kTime);
  auto* history = reinterpret_cast<T*>(n.in(kState).data);
  auto* products = reinterpret_cast<int32_t*>(n.scratch(kSlotProducts).data());
  const int32_t in_zero = n.in(kInput).quant.zero_point();
  // Sixteen-bit states have none.
  const int32_t zero = sizeof(T) == 1 ? n.in(kState).quant.zero_point() : 0;
  for (int64_t r = 0; r < rows; ++r) {
    const int8_t* row = in + r / s.filters * s.depth;
    const int8_t* weights = feature + r % s.filters * s.depth;
    int32_t sum = 0;
    for (int32_t k = 0; k < s.depth; ++k) {
      sum = kernels::wrapping_add(sum, weights[k] * (row[k] - in_zero));
    }
    T* memory = history + r * s.memory;
    const int32_t newest = zero + std::clamp<int32_t>(kernels::rescale(sum, state.to_state),
                                                      Limits::min(), Limits::max());
    memory[s.memory - 1] = T(newest);
    products[r] = 0;
    for (int32_t i = 0; i < s.memory; ++i) {
      const int32_t weight = time[r % s.filters * s.memory + i];
      products[r] = kernels::wrapping_add(products[r], weight * (memory[i] - zero));
    }
  }
  auto* out = n.out_data<int8_t>(0);
  const int32_t* bias = n.has(kBias) ? n.in_data<int32_t>(kBias) : nullptr;
  const int32_t out_zero = n.out(0).quant.zero_point();
  for (int64_t u = 0; u < int64_t{s.batch} * s.units; ++u) {
    int32_t sum = 0;
    for (int32_t i = 0; i < p.rank; ++i) sum = kernels::wrapping_add(sum, products[u * p.rank + i]);
    if (bias) sum = kernels::wrapping_add(sum, bias[u % s.units]);
    sum = kernels::wrapping_add(kernels::rescale(sum, state.to_output), out_zero);
    out[u] = int8_t(std::clamp(sum, -128, 127));
  }
  return ok();
}

}  // namespace

extern constinit const OpDef svdf = define_op<Params, State, parse, infer, prepare>(
    {.name = "SVDF", .code = 27, .versions = {1, 4}, .pure = false},
    {{{Type::f32}, bind<Params, State, run_float>},
     {{Type::i8, kAny, Type::i16}, bind<Params, State, run_integer<int16_t>>},
     {{Type::i8, kAny, Type::i8}, bind<Params, State, run_integer<int8_t>>}});

}  // namespace samara::ops

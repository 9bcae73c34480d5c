#include "engine/ops/shared/lstm_basic.h"

#include <algorithm>

#include "engine/kernels/elementwise/elementwise_kernels.h"
#include "engine/kernels/sigmoid16/sigmoid16.h"

namespace samara::ops::basic_lstm {
namespace {

enum Operand { kInput, kLastOutput, kWeights, kBias, kLastCell };
enum Result { kOutput, kCell, kJoined, kGates };
enum Gate { kI, kG, kF, kO };

struct Sizes {
  int32_t batch, depth, cells;
  int32_t joined() const { return depth + cells; }
};

Sizes sizes_of(const Operands& n) {
  const Shape &in = n.in(kInput).shape, &last = n.in(kLastOutput).shape;
  return {in[0], in[1], last[1]};
}

Status check_quantized(const Infer& n) {
  for (const int i : {int(kInput), int(kLastOutput), int(kWeights), int(kBias)}) {
    if (i != kBias) TRY(n.quantized(n.in(i)));
  }
  if (!(n.in(kBias).quant.scale() > 0)) {
    return Error(Code::invalid_model, cat("bias '", n.in(kBias).name, "' has no scale"));
  }
  int exponent = 0;
  const float scale = n.out(kCell).quant.scale();
  if (scale > 0 && power_of_two(scale, exponent) && exponent == -11) return ok();
  return Error(Code::invalid_model,
               cat("cell state '", n.out(kCell).name, "' has scale ", scale, ", not 2^-11"));
}

/// Puts each sequence's input and last output side by side.
template <class T>
void join(const Sizes& s, Run& n) {
  T* to = n.out_data<T>(kJoined);
  for (int32_t b = 0; b < s.batch; ++b) {
    to = std::copy_n(n.in_data<T>(kInput) + int64_t{b} * s.depth, s.depth, to);
    to = std::copy_n(n.in_data<T>(kLastOutput) + int64_t{b} * s.cells, s.cells, to);
  }
}

/// What the next run begins with.
void keep(Run& n) {
  for (const auto& [from, to] : {std::pair{kOutput, kLastOutput}, std::pair{kCell, kLastCell}}) {
    const Tensor& state = n.in(to);
    if (state.variable && state.bytes > 0) std::memcpy(state.data, n.out(from).data, state.bytes);
  }
}

/// x times the factor, rounded twice, halves up: LiteRT's matrix library rounds so on x86, and it
/// serves the reference kernel, too.
int16_t rescale_up(int32_t x, kernels::Multiplier m) {
  const int left = std::max(m.shift, 0), right = std::max(-m.shift, 0);
  const int64_t product =
      kernels::rounding_doubling_high_mul(kernels::wrapping_shift_left(x, left), m.value);
  const int64_t value = (product + ((int64_t{1} << right) >> 1)) >> right;
  return int16_t(std::clamp<int64_t>(value, -32768, 32767));
}

}  // namespace

Status infer(Infer& n) {
  TRY(check_counts(n, 5, 4, {0, 1, 2, 3, 4}));
  TRY(n.has_type(n.in(kInput), {Type::f32, Type::u8}));
  TRY(n.has_rank(n.in(kInput), 2));
  TRY(n.has_rank(n.in(kLastOutput), 2));
  const Sizes s = sizes_of(n);
  const bool floats = n.in(kInput).type == Type::f32;
  const Type values = n.in(kInput).type, cell = floats ? Type::f32 : Type::i16;
  const auto gates = checked_mul<int32_t>(s.cells, 4);
  const auto joined = checked_add<int32_t>(s.depth, s.cells);
  if (!gates || !joined) return Error(Code::resource_exhausted, "has too many cells");
  TRY(check_operand(n, kLastOutput, {values}, {s.batch, s.cells}, "last output"));
  TRY(check_operand(n, kWeights, {values}, {*gates, *joined}, "weights"));
  TRY(check_operand(n, kBias, {floats ? Type::f32 : Type::i32}, {*gates}, "bias"));
  TRY(check_operand(n, kLastCell, {cell}, {s.batch, s.cells}, "cell state"));
  for (const int i : {kOutput, kJoined}) TRY(n.has_type(n.out(i), {values}));
  for (const int i : {kCell, kGates}) TRY(n.has_type(n.out(i), {cell}));
  if (!floats) TRY(check_quantized(n));
  TRY(n.set_shape(n.out(kOutput), {s.batch, s.cells}));
  TRY(n.set_shape(n.out(kCell), {s.batch, s.cells}));
  TRY(n.set_shape(n.out(kJoined), {s.batch, *joined}));
  TRY(n.set_shape(n.out(kGates), {s.batch, *gates}));
  return n.scratch(0, floats ? Dense::scratch_bytes(s.batch, *joined, *gates) : 0);
}

Status prepare(State& state, Prepare& n) {
  if (n.in(kInput).type == Type::f32) return state.weights.prepare(n, kWeights);
  state.to_gate = kernels::quantize_multiplier(double(4096 * n.in(kBias).quant.scale()));
  return ok();
}

Status run_f32(State& state, Run& n) {
  const Sizes s = sizes_of(n);
  if (s.batch == 0) return ok();
  join<float>(s, n);
  auto* gates = n.out_data<float>(kGates);
  for (int32_t b = 0; b < s.batch; ++b) {
    std::copy_n(n.in_data<float>(kBias), 4 * s.cells, gates + int64_t{b} * 4 * s.cells);
  }
  state.weights.accumulate(n, n.out_data<float>(kJoined), s.batch, false, n.scratch(0).data(),
                           gates, 4 * s.cells);
  const kernels::ElementwiseF32& k = kernels::elementwise_f32();
  for (int32_t b = 0; b < s.batch; ++b) {
    const float* gate = gates + int64_t{b} * 4 * s.cells;
    const float* last = n.in_data<float>(kLastCell) + int64_t{b} * s.cells;
    float* cell = n.out_data<float>(kCell) + int64_t{b} * s.cells;
    float* out = n.out_data<float>(kOutput) + int64_t{b} * s.cells;
    for (int32_t c = 0; c < s.cells; ++c) {
      float i = 0, f = 0, g = 0, o = 0;
      k.logistic(gate + kI * s.cells + c, &i, 1);
      k.tanh(gate + kG * s.cells + c, &g, 1);
      k.logistic(gate + kF * s.cells + c, &f, 1);
      k.logistic(gate + kO * s.cells + c, &o, 1);
      cell[c] = i * g + f * last[c];
      k.tanh(cell + c, out + c, 1);
      out[c] *= o;
    }
  }
  keep(n);
  return ok();
}

Status run_u8(State& state, Run& n) {
  const Sizes s = sizes_of(n);
  join<uint8_t>(s, n);
  const int64_t wide = 4 * int64_t{s.cells};
  auto* gates = n.out_data<int16_t>(kGates);
  const int32_t zero = n.in(kWeights).quant.zero_point();
  for (int64_t i = 0; i < s.batch * wide; ++i) {
    const uint8_t* row = n.out_data<uint8_t>(kJoined) + i / wide * s.joined();
    const uint8_t* weights = n.in_data<uint8_t>(kWeights) + i % wide * s.joined();
    int32_t sum = n.in_data<int32_t>(kBias)[i % wide];
    for (int32_t d = 0; d < s.joined(); ++d) {
      sum = kernels::wrapping_add(sum, (row[d] - 128) * (weights[d] - zero));
    }
    gates[i] = rescale_up(sum, state.to_gate);
  }
  const auto saturate = [](int32_t x) { return int16_t(std::clamp(x, -32768, 32767)); };
  for (int64_t i = 0; i < int64_t{s.batch} * s.cells; ++i) {
    const int16_t* gate = gates + i / s.cells * wide + i % s.cells;
    const auto sigmoid = [&](Gate which) {
      return kernels::sixteen::logistic(gate[which * s.cells]);
    };
    const int16_t fresh =
        kernels::sixteen::multiply(sigmoid(kI), kernels::sixteen::tanh(gate[kG * s.cells], 3));
    const int16_t kept = kernels::sixteen::multiply(sigmoid(kF), n.in_data<int16_t>(kLastCell)[i]);
    const int16_t cell = saturate(kernels::rounding_shift_right(fresh, 4) + kept);
    const int16_t size = kernels::sixteen::tanh(saturate(int32_t{cell} * 2), 3);
    const int32_t out =
        kernels::rounding_shift_right(kernels::sixteen::multiply(sigmoid(kO), size), 8);
    n.out_data<int16_t>(kCell)[i] = cell;
    n.out_data<uint8_t>(kOutput)[i] = uint8_t(128 + std::clamp(out, -128, 127));
  }
  keep(n);
  return ok();
}

}  // namespace samara::ops::basic_lstm

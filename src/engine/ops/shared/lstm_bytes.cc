// The integer form whose products are int8, too (8x8_8, told by 12 intermediate tensors): coupled
// gates with normalisation and projection, one step. Products are rescaled to their intermediate
// tensors, added to 16 bits, and normalised and bent in float.
// Rules from: LiteRT tflite/kernels/lstm.cc (PopulateQuantizedLstmParams8x8_8), lstm_eval.cc
// (LstmStepInteger8x8_8), internal/reference/portable_tensor_utils.cc.
#include <algorithm>
#include <cmath>

#include "engine/ops/shared/lstm.h"

namespace samara::ops::lstm {
namespace {

/// Intermediates of a gate: the sum, the input's and the state's product.
constexpr int kParts = 3;
int sum_of(int gate) { return kParts * gate; }
int input_of(int gate) { return kParts * gate + 1; }
int state_of(int gate) { return kParts * gate + 2; }

int16_t saturate(float x) {
  // Beyond 32 bits, and for NaN, what x86 converts to.
  if (!(x > -0x1p31f && x < 0x1p31f)) return -32768;
  return int16_t(std::clamp(int32_t(x), -32768, 32767));
}
int32_t to_byte(int64_t x) { return int32_t(std::clamp<int64_t>(x, -128, 127)); }

/// The product with one row of weights, as int8 less its zero point.
int32_t part(const int8_t* row, int32_t zero, const int8_t* weights, int32_t depth,
             kernels::Multiplier factor, int32_t product_zero) {
  int32_t sum = 0;
  for (int32_t k = 0; k < depth; ++k) {
    sum = kernels::wrapping_add(sum, (row[k] - zero) * weights[k]);
  }
  const int32_t product = kernels::wrapping_add(kernels::rescale(sum, factor), product_zero);
  return to_byte(product) - product_zero;
}

void normalise(const IntegerGate& gate, const int16_t* weights, const int32_t* bias, int32_t count,
               int16_t* row) {
  const auto scale = float(gate.norm.value * std::ldexp(1.0, gate.norm.shift - 31));
  const float bias_scale = 0x1p-10f * scale;
  float sum = 0, squares = 0;
  for (int32_t i = 0; i < count; ++i) {
    const auto value = float(row[i]);
    sum += value;
    squares += value * value;
  }
  const float mean = sum / float(count), variance = squares / float(count) - mean * mean;
  const float inverse = 1.0f / std::sqrt(variance == 0 ? 1e-8f : variance);
  for (int32_t i = 0; i < count; ++i) {
    const float normal = (float(row[i]) - mean) * inverse;
    const float value = normal * float(weights[i]) * scale + float(bias[i]) * bias_scale;
    row[i] = saturate(std::round(value * 0x1p12f));
  }
}

int16_t logistic(int16_t x) {
  return saturate(1.0f / (1.0f + std::exp(-(float(x) * 0x1p-12f))) * 0x1p15f);
}
int16_t tanh(int16_t x, int fraction_bits) {
  return saturate(std::tanh(float(x * std::ldexp(1.0, -fraction_bits))) * 0x1p15f);
}

void compute_gate(const State& state, const Run& n, int gate, int32_t b, int16_t* out) {
  const Sizes& s = state.sizes;
  const IntegerGate& g = state.gate[size_t(gate)];
  const Tensor &in = n.in(kInput), &last = n.in(kOutputState);
  const auto zero_of = [&](int i) { return n.intermediate(i).quant.zero_point(); };
  for (int32_t i = 0; i < s.cells; ++i) {
    const int32_t x = part(n.in_data<int8_t>(kInput) + int64_t{b} * s.input, in.quant.zero_point(),
                           n.in_data<int8_t>(kInputWeights + gate) + int64_t{i} * s.input, s.input,
                           g.input, zero_of(input_of(gate)));
    const int32_t h =
        part(n.in_data<int8_t>(kOutputState) + int64_t{b} * s.output, last.quant.zero_point(),
             n.in_data<int8_t>(kRecurrentWeights + gate) + int64_t{i} * s.output, s.output,
             g.recurrent, zero_of(state_of(gate)));
    out[i] = int16_t(std::clamp(
        kernels::wrapping_add(kernels::rescale(h, g.state_sum), kernels::rescale(x, g.input_sum)),
        -32768, 32767));
  }
  normalise(g, n.in_data<int16_t>(kNorm + gate), n.in_data<int32_t>(kBias + gate), s.cells, out);
  for (int32_t i = 0; i < s.cells; ++i) out[i] = gate == kG ? tanh(out[i], 12) : logistic(out[i]);
}

}  // namespace

Status check_bytes(const Infer& n, const Sizes& s) {
  if (!s.coupled || !s.norm || !s.projection || s.peephole || !n.has(kProjectionBias)) {
    return Error(Code::unsupported,
                 "cells with 12 intermediate tensors have coupled gates, normalisation, a "
                 "projection with bias, and no peepholes");
  }
  for (int gate = kF; gate < kGates; ++gate) {
    for (int i = 0; i < kParts; ++i) TRY(n.quantized(n.intermediate(kParts * gate + i)));
    TRY(n.quantized(n.in(kNorm + gate)));
    TRY(n.quantized(n.in(kInputWeights + gate)));
    TRY(n.quantized(n.in(kRecurrentWeights + gate)));
  }
  for (const int i : {int(kInput), int(kOutputState), int(kProjection)}) TRY(n.quantized(n.in(i)));
  TRY(n.quantized(n.out(0)));
  const float scale = n.in(kCellState).quant.scale();
  if (scale == 0x1p-15f) return ok();
  return Error(Code::invalid_model,
               cat("cell state '", n.in(kCellState).name, "' has scale ", scale, ", not 2^-15"));
}

Status prepare_bytes(const Params& p, State& state, Prepare& n) {
  const auto scale_of = [&](int i) { return n.intermediate(i).quant.scale(); };
  const float in = n.in(kInput).quant.scale(), out = n.in(kOutputState).quant.scale();
  // Single precision in this order: the factors' last bits depend on it.
  for (int gate = kF; gate < kGates; ++gate) {
    IntegerGate& g = state.gate[size_t(gate)];
    const float x = n.in(kInputWeights + gate).quant.scale() * in / scale_of(input_of(gate));
    const float h = n.in(kRecurrentWeights + gate).quant.scale() * out / scale_of(state_of(gate));
    g.input = kernels::quantize_multiplier(x);
    g.recurrent = kernels::quantize_multiplier(h);
    const float sum = scale_of(sum_of(gate));
    g.input_sum = kernels::quantize_multiplier(scale_of(input_of(gate)) / sum);
    g.state_sum = kernels::quantize_multiplier(scale_of(state_of(gate)) / sum);
    g.norm = kernels::quantize_multiplier(n.in(kNorm + gate).quant.scale());
  }
  const double projection = n.in(kProjection).quant.scale();
  state.project = kernels::quantize_multiplier(float(projection * 0x1p-15 / out));
  state.cell_clip = p.cell_clip < 1 ? int16_t(p.cell_clip * 32768) : int16_t(0);
  state.projection_clip = int8_t(std::min(p.projection_clip / n.out(0).quant.scale(), 127.0f));
  return ok();
}

Status run_bytes(const Params&, State& state, Run& n) {
  const Sizes& s = state.sizes;
  auto* memory = reinterpret_cast<int16_t*>(n.scratch(kSlotGates).data());
  int16_t *f = memory, *g = f + s.cells, *o = g + s.cells;
  const int32_t out_zero = n.in(kOutputState).quant.zero_point(), limit = state.projection_clip;
  const auto scaled = [](int32_t a, int32_t b) {
    return int16_t(kernels::rounding_shift_right(a * b, 15));
  };
  for (int32_t b = 0; b < s.batch; ++b) {
    compute_gate(state, n, kF, b, f);
    compute_gate(state, n, kG, b, g);
    compute_gate(state, n, kO, b, o);
    auto* cell = reinterpret_cast<int16_t*>(n.in(kCellState).data) + int64_t{b} * s.cells;
    for (int32_t i = 0; i < s.cells; ++i) {
      const int32_t sum = scaled(f[i], cell[i]) + scaled(32767 - f[i], g[i]);
      cell[i] = int16_t(std::clamp(sum, -32768, 32767));
      if (state.cell_clip > 0) {
        cell[i] = std::clamp(cell[i], int16_t(-state.cell_clip), state.cell_clip);
      }
      o[i] = scaled(o[i], tanh(cell[i], 15));
    }
    auto* last = reinterpret_cast<int8_t*>(n.in(kOutputState).data) + int64_t{b} * s.output;
    for (int32_t i = 0; i < s.output; ++i) {
      const int8_t* weights = n.in_data<int8_t>(kProjection) + int64_t{i} * s.cells;
      int64_t sum = n.in_data<int32_t>(kProjectionBias)[i];
      for (int32_t k = 0; k < s.cells; ++k) sum += o[k] * weights[k];
      int32_t value = to_byte(int64_t{kernels::rescale64(sum, state.project)} + out_zero);
      if (limit > 0) value = std::clamp(value, -limit, limit);
      last[i] = int8_t(value);
    }
    std::copy_n(last, s.output, n.out_data<int8_t>(0) + int64_t{b} * s.output);
  }
  return n.poll();
}

}  // namespace samara::ops::lstm

// The integer form: int8 activations and weights, int16 cell and gates. Every rounding is LiteRT's.
// Rules from: LiteRT tflite/kernels/lstm_eval.cc (8x8_16), unidirectional_sequence_lstm.cc
// (PopulateQuantizedLstmParams8x8_16), internal/reference/portable_tensor_utils.cc.
#include <algorithm>
#include <cmath>

#include "engine/kernels/requant/requant_kernels.h"
#include "engine/kernels/sigmoid16/sigmoid16.h"
#include "engine/ops/shared/fixed_point.h"
#include "engine/ops/shared/lstm.h"

namespace samara::ops::lstm {
namespace {

constexpr int kHiddenIntermediate = 4;

int16_t saturate(int64_t x) { return int16_t(std::clamp<int64_t>(x, -32768, 32767)); }

int32_t saturate_to_byte(int64_t x) { return int32_t(std::clamp<int64_t>(x, -128, 127)); }

/// The exponent if x is a power of two.
std::optional<int> exponent_of(float x) {
  int exponent = 0;
  if (!(x > 0) || std::frexp(x, &exponent) != 0.5f) return std::nullopt;
  return exponent - 1;
}

/// gate[b][i] += sum * factor, saturating.
void accumulate(const ByteMatrix& m, const int8_t* rows, int32_t batch, kernels::Multiplier factor,
                Run& n, int16_t* gate) {
  auto* sums = reinterpret_cast<int32_t*>(n.scratch(kSlotSums).data());
  multiply(m, rows, batch, n.scratch(kSlotLeft).data(), sums);
  for (int32_t b = 0; b < batch; ++b) {
    kernels::requant_rows().kernels->gather16(sums + int64_t{b} * m.layout.columns, factor.value,
                                              factor.shift, gate + int64_t{b} * m.layout.n,
                                              size_t(m.layout.n));
  }
}

/// Each row less its mean and over its deviation, times the weights, plus the bias; to the gates'
/// 12 fraction bits.
void normalise(const Sizes& s, const IntegerGate& gate, const int16_t* weights, const int32_t* bias,
               int16_t* rows) {
  if (s.cells == 0) return;
  constexpr int32_t kUnit = 1 << 10;  // of the mean and of normalised values
  kernels::Multiplier scale = gate.norm;
  scale.shift = std::min(scale.shift + 12, 30);
  for (int32_t b = 0; b < s.batch; ++b, rows += s.cells) {
    int64_t sum = 0, squares = 0;
    for (int32_t i = 0; i < s.cells; ++i) {
      sum += rows[i];
      squares += int32_t{rows[i]} * rows[i];
    }
    const auto mean = int32_t(sum * kUnit / s.cells);
    // The quotient first: what is not a power of two loses some of it.
    const int64_t variance = squares * (kUnit * kUnit / s.cells) - int64_t{mean} * mean;
    const auto whole = int32_t(variance / (kUnit * kUnit));
    const kernels::Multiplier inverse =
        fixed::inverse_sqrt(whole < 1 ? gate.least_variance : whole);
    for (int32_t i = 0; i < s.cells; ++i) {
      const int32_t normal = kernels::rescale(kUnit * rows[i] - mean, inverse);
      const auto product = int32_t(uint32_t(normal) * uint32_t(int32_t{weights[i]}));
      const int64_t shifted = kernels::wrapping_add(product, bias[i]);
      const auto value = int32_t((shifted > 0 ? shifted + 512 : shifted - 512) / kUnit);
      rows[i] = saturate(kernels::rescale(value, scale));
    }
  }
}

void finish_gate(const State& state, const Run& n, int gate, int16_t* values, const int16_t* cell) {
  const Sizes& s = state.sizes;
  const int64_t count = int64_t{s.batch} * s.cells;
  if (s.peephole && gate != kG) {
    const auto* w = reinterpret_cast<const int16_t*>(n.in(peephole(gate)).data);
    for (int64_t i = 0; i < count; ++i) {
      const int32_t product = int32_t{w[i % s.cells]} * cell[i];
      values[i] =
          saturate(int64_t{values[i]} + kernels::rescale(product, state.gate[size_t(gate)].cell));
    }
  }
  if (s.norm) {
    normalise(s, state.gate[size_t(gate)], n.in_data<int16_t>(kNorm + gate),
              n.in_data<int32_t>(kBias + gate), values);
  }
  const kernels::Sigmoid16& rows = kernels::sigmoid16();
  if (gate == kG) {
    rows.tanh(values, values, size_t(count), 3);
  } else {
    rows.logistic(values, values, size_t(count));
  }
}

void update_cell(const State& state, const std::array<int16_t*, kGates>& gates, int16_t* cell) {
  const Sizes& s = state.sizes;
  const int shift = 30 + state.cell_exponent;
  for (int64_t i = 0; i < int64_t{s.batch} * s.cells; ++i) {
    const int16_t f = gates[kF][i], in = s.coupled ? int16_t(32767 - f) : gates[kI][i];
    const int32_t kept = int16_t(kernels::rounding_shift_right(int32_t{f} * cell[i], 15));
    const int32_t added = int16_t(kernels::rounding_shift_right(int32_t{in} * gates[kG][i], shift));
    cell[i] = saturate(kept + added);
    if (state.cell_clip > 0) {
      cell[i] = std::clamp(cell[i], int16_t(-state.cell_clip), state.cell_clip);
    }
  }
}

void write_output(State& state, Run& n, const int16_t* gate, const int16_t* cell, int8_t* to) {
  const Sizes& s = state.sizes;
  const int64_t count = int64_t{s.batch} * s.cells;
  auto* hidden = s.projection ? reinterpret_cast<int8_t*>(n.scratch(kSlotBytes).data()) : to;
  // Before a projection the zero point is taken off where the output's would be added.
  const int32_t zero = s.projection ? -state.hidden_zero : state.hidden_zero;
  constexpr int64_t kPart = 256;
  int16_t bent[kPart];
  for (int64_t i = 0; i < count; ++i) {
    if (i % kPart == 0) {
      const size_t part = size_t(std::min(kPart, count - i));
      kernels::sigmoid16().tanh(cell + i, bent, part, 15 + state.cell_exponent);
    }
    const int32_t product = int32_t{gate[i]} * bent[i % kPart];
    hidden[i] = int8_t(saturate_to_byte(int64_t{zero} + kernels::rescale(product, state.hidden)));
  }
  if (!s.projection) return;
  auto* sums = reinterpret_cast<int32_t*>(n.scratch(kSlotSums).data());
  multiply(state.projection, hidden, s.batch, n.scratch(kSlotLeft).data(), sums);
  const int32_t out_zero = n.in(kOutputState).quant.zero_point();
  const int32_t limit = state.projection_clip;
  for (int32_t b = 0; b < s.batch; ++b) {
    for (int32_t i = 0; i < s.output; ++i) {
      const int32_t sum = sums[int64_t{b} * state.projection.layout.columns + i];
      int32_t value = saturate_to_byte(int64_t{out_zero} + kernels::rescale(sum, state.project));
      if (limit > 0) value = std::clamp(value, -limit, limit);
      to[int64_t{b} * s.output + i] = int8_t(value);
    }
  }
}

}  // namespace

Status check_integer(const Infer& n, const Sizes& s) {
  for (int gate = s.first_gate(); s.norm && gate < kGates; ++gate) {
    TRY(n.quantized(n.in(kNorm + gate)));
    if (gate < n.intermediates()) TRY(n.quantized(n.intermediate(gate)));
  }
  if (n.intermediates() <= kHiddenIntermediate) {
    return Error(Code::invalid_model,
                 cat("has ", n.intermediates(), " intermediate tensors, not 5"));
  }
  TRY(n.quantized(n.in(kInput)));
  TRY(n.quantized(n.in(kOutputState)));
  TRY(n.quantized(n.out(0)));
  TRY(n.quantized(n.intermediate(kHiddenIntermediate)));
  for (int i = kInputWeights; i <= kProjection; ++i) {
    const bool is_bias = i >= kBias && i < kProjection;
    if (n.has(i) && !is_bias) TRY(n.quantized(n.in(i)));
  }
  return check_cell_scale(n);
}

Status check_cell_scale(const Infer& n) {
  const auto exponent = exponent_of(n.in(kCellState).quant.scale());
  if (exponent && *exponent >= -15 && *exponent <= -9) return ok();
  return Error(Code::invalid_model,
               cat("cell state '", n.in(kCellState).name, "' has scale ",
                   n.in(kCellState).quant.scale(), ", no power of two in 2^-15..2^-9"));
}

Status prepare_integer(const Params& p, State& state, Prepare& n) {
  const Sizes& s = state.sizes;
  const Tensor &in = n.in(kInput), &out = n.in(kOutputState);
  const graph::Quantization& hidden = n.intermediate(kHiddenIntermediate).quant;
  state.cell_exponent = exponent_of(n.in(kCellState).quant.scale()).value_or(-11);
  for (int gate = s.first_gate(); gate < kGates; ++gate) {
    const size_t g = size_t(gate);
    const int w = kInputWeights + gate, r = kRecurrentWeights + gate;
    // Gates are 16-bit fractions with 3 integer bits, once they are normalised.
    const float gate_scale = s.norm ? n.intermediate(gate).quant.scale() : std::ldexp(1.0f, -12);
    TRY(pack_matrix(n, w, s.norm ? -1 : kBias + gate, in.quant.zero_point(), state.input[g]));
    TRY(pack_matrix(n, r, -1, out.quant.zero_point(), state.recurrent[g]));
    // Single precision in this order: the factors' last bits depend on it.
    const float of_input = n.in(w).quant.scale() * in.quant.scale() / gate_scale;
    const float of_state = n.in(r).quant.scale() * out.quant.scale() / gate_scale;
    state.gate[g].input = kernels::quantize_multiplier(of_input);
    state.gate[g].recurrent = kernels::quantize_multiplier(of_state);
    if (s.norm) {
      const float norm = n.in(kNorm + gate).quant.scale();
      state.gate[g].norm = kernels::quantize_multiplier(norm);
      state.gate[g].least_variance = std::max(1, int32_t(std::min(10000 * norm, 1e9f)));
    }
    if (s.peephole && gate != kG) {
      const double cell = std::ldexp(1.0, state.cell_exponent);
      const float of_cell = float(cell * n.in(peephole(gate)).quant.scale() / gate_scale);
      state.gate[g].cell = kernels::quantize_multiplier(of_cell);
    }
  }
  state.hidden_zero = hidden.zero_point();
  state.hidden = kernels::quantize_multiplier(
      float(std::ldexp(1.0, -15) / double(hidden.scale()) * std::ldexp(1.0, -15)));
  const float cell_clip = p.cell_clip / n.in(kCellState).quant.scale();
  state.cell_clip = int16_t(std::clamp(cell_clip, 0.0f, 32767.0f));
  if (!s.projection) return ok();
  // The bias is taken with the hidden values' zero point added: the sign of write_output().
  TRY(pack_matrix(n, kProjection, kProjectionBias, -hidden.zero_point(), state.projection));
  state.project = kernels::quantize_multiplier(n.in(kProjection).quant.scale() * hidden.scale() /
                                               out.quant.scale());
  state.projection_clip =
      int8_t(std::clamp(p.projection_clip / n.out(0).quant.scale(), 0.0f, 127.0f));
  return ok();
}

Status run_integer(const Params& p, State& state, Run& n) {
  const Sizes& s = state.sizes;
  const int64_t count = int64_t{s.batch} * s.cells;
  auto* values = reinterpret_cast<int16_t*>(n.scratch(kSlotGates).data());
  auto* rows = reinterpret_cast<int8_t*>(n.scratch(kSlotBytes).data());
  auto* state_out = reinterpret_cast<int8_t*>(n.in(kOutputState).data);
  auto* cell = reinterpret_cast<int16_t*>(n.in(kCellState).data);
  std::array<int16_t*, kGates> gates{};
  for (int gate = 0; gate < kGates; ++gate) gates[size_t(gate)] = values + gate * count;
  for (int32_t t = 0; t < s.steps; ++t) {
    std::fill_n(values, kGates * count, int16_t{0});
    for (int32_t b = 0; b < s.batch; ++b) {
      std::copy_n(n.in_data<int8_t>(kInput) + row_of(p, s, t, b) * s.input, s.input,
                  rows + int64_t{b} * s.input);
    }
    for (int gate = s.first_gate(); gate < kGates; ++gate) {
      const size_t g = size_t(gate);
      accumulate(state.input[g], rows, s.batch, state.gate[g].input, n, gates[g]);
      accumulate(state.recurrent[g], state_out, s.batch, state.gate[g].recurrent, n, gates[g]);
    }
    for (int gate = s.first_gate(); gate <= kG; ++gate) {
      finish_gate(state, n, gate, gates[size_t(gate)], cell);
    }
    update_cell(state, gates, cell);
    finish_gate(state, n, kO, gates[kO], cell);
    write_output(state, n, gates[kO], cell, state_out);
    for (int32_t b = 0; b < s.batch; ++b) {
      std::copy_n(state_out + int64_t{b} * s.output, s.output,
                  n.out_data<int8_t>(0) + row_of(p, s, t, b) * s.output);
    }
    TRY(n.poll());
  }
  return ok();
}

}  // namespace samara::ops::lstm

// The float form: the input's share of all gates is one product over all steps; each step adds the
// recurrent share. The cell itself serves the hybrid form too.
#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/kernels/elementwise/elementwise_kernels.h"
#include "engine/ops/shared/lstm.h"

namespace samara::ops::lstm {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// (x - mean) / sqrt(variance + 1e-8) of each row. Rules from: LiteRT MeanStddevNormalization.
void normalise(float* rows, int32_t count, int32_t width) {
  for (int32_t r = 0; r < count; ++r, rows += width) {
    double sum = 0, square = 0;
    for (int32_t i = 0; i < width; ++i) sum += rows[i];
    const double mean = sum / width;
    for (int32_t i = 0; i < width; ++i) square += (rows[i] - mean) * (rows[i] - mean);
    const float scale = float(1 / std::sqrt(square / width + 1e-8));
    for (int32_t i = 0; i < width; ++i) rows[i] = (rows[i] - float(mean)) * scale;
  }
}

/// A vector operand as float; int8 ones (hybrid peepholes) by their scale.
float vector_value(const Tensor& t, int64_t i) {
  if (t.type == Type::f32) return reinterpret_cast<const float*>(t.data)[i];
  return t.quant.scale() * float(reinterpret_cast<const int8_t*>(t.data)[i]);
}

void finish_gate(const Sizes& s, const Run& n, int gate, float* values, const float* cell_state) {
  if (s.peephole && gate != kG) {
    const Tensor& w = n.in(s.at(peephole(gate)));
    for (int64_t i = 0; i < int64_t{s.batch} * s.cells; ++i) {
      values[i] += vector_value(w, i % s.cells) * cell_state[i];
    }
  }
  const auto* bias = reinterpret_cast<const float*>(n.in(s.at(kBias + gate)).data);
  const float* norm =
      s.norm ? reinterpret_cast<const float*>(n.in(s.at(kNorm + gate)).data) : nullptr;
  if (norm) normalise(values, s.batch, s.cells);
  for (int32_t b = 0; b < s.batch; ++b) {
    float* row = values + int64_t{b} * s.cells;
    for (int32_t i = 0; i < s.cells; ++i) row[i] = (norm ? row[i] * norm[i] : row[i]) + bias[i];
  }
}

}  // namespace

const float* projection_bias(const Sizes& s, const Run& n) {
  return s.wiring.has(n, kProjectionBias) ? n.in_data<float>(s.at(kProjectionBias)) : nullptr;
}

void write_step(const Params& p, const Sizes& s, int32_t t, const float* state_out, Output to) {
  for (int32_t b = 0; b < s.batch; ++b) {
    std::copy_n(state_out + int64_t{b} * s.output, s.output,
                to.data + row_of(p, s, t, b) * to.width);
  }
}

void clip(float* values, int64_t count, float limit) {
  if (limit > 0) kernels::elementwise_f32().clamp(values, values, size_t(count), -limit, limit);
}

void float_cell(const Params& p, const Sizes& s, const Run& n, std::array<float*, kGates> gates,
                float* cell, float* hidden) {
  const kernels::ElementwiseF32& k = kernels::elementwise_f32();
  const int64_t count = int64_t{s.batch} * s.cells;
  for (int gate = s.first_gate(); gate <= kG; ++gate) {
    finish_gate(s, n, gate, gates[size_t(gate)], cell);
    if (gate == kG) {
      activate(p.activation, gates[kG], size_t(count));
    } else {
      k.logistic(gates[size_t(gate)], gates[size_t(gate)], size_t(count));
    }
  }
  for (int64_t i = 0; i < count; ++i) {
    const float in = s.coupled ? 1.0f - gates[kF][i] : gates[kI][i];
    cell[i] = gates[kF][i] * cell[i] + in * gates[kG][i];
  }
  clip(cell, count, p.cell_clip);
  finish_gate(s, n, kO, gates[kO], cell);
  k.logistic(gates[kO], gates[kO], size_t(count));
  std::copy_n(cell, count, hidden);
  activate(p.activation, hidden, size_t(count));
  k.mul(hidden, 1, gates[kO], 1, hidden, size_t(count), -kInfinity, kInfinity);
}

ScratchBytes float_scratch(const Sizes& s) {
  constexpr int64_t kFloat = sizeof(float);
  const int64_t gates = kGates * int64_t{s.cells}, rows = int64_t{s.steps} * s.batch;
  ScratchBytes out;
  out.bytes[kSlotLeft] = rows * gates * kFloat;     // the input's share, all steps
  out.bytes[kSlotSums] = s.batch * gates * kFloat;  // the recurrent share
  out.bytes[kSlotGates] = s.batch * gates * kFloat;
  out.bytes[kSlotHidden] = int64_t{s.batch} * s.cells * kFloat;
  out.bytes[kSlotBytes] = s.aux > 0 ? rows * gates * kFloat : 0;  // the auxiliary input's share
  return out;
}

Status prepare_float(const Sizes& s, State& state, Prepare& n) {
  const int first = s.first_gate(), count = kGates - first;
  const auto pack = [&](int operand, int matrices, int32_t rows, int32_t depth, const float** to) {
    return pack_floats(n, s.at(operand), matrices, rows, depth, to);
  };
  TRY(pack(kInputWeights + first, count, s.cells, s.input, &state.input_f32));
  if (s.aux > 0) TRY(pack(kAuxWeights + first, count, s.cells, s.aux, &state.aux_f32));
  if (!s.diagonal) {
    TRY(pack(kRecurrentWeights + first, count, s.cells, s.output, &state.recurrent_f32));
  }
  return s.projection ? pack(kProjection, 1, s.output, s.cells, &state.projection_f32) : ok();
}

namespace {

float* floats_in(const Run& n, int slot) {
  return reinterpret_cast<float*>(n.scratch(slot).data());
}

/// The input's and the auxiliary input's share of all gates at all steps.
void input_share(const State& state, Run& n, int64_t wide) {
  const Sizes& s = state.sizes;
  const int64_t rows = int64_t{s.steps} * s.batch;
  float *share = floats_in(n, kSlotLeft), *aux = floats_in(n, kSlotBytes);
  product(state.input_f32, n.in_data<float>(s.at(kInput)), rows, wide, s.input, share, n.pool());
  if (s.aux == 0) return;
  product(state.aux_f32, n.in_data<float>(s.at(kAux)), rows, wide, s.aux, aux, n.pool());
  for (int64_t i = 0; i < rows * wide; ++i) share[i] += aux[i];
}

/// The state's share at one step: [batch][gates * cells].
void recurrent_share(const State& state, Run& n, const float* state_out, int64_t wide) {
  const Sizes& s = state.sizes;
  float* to = floats_in(n, kSlotSums);
  if (!s.diagonal) {
    return product(state.recurrent_f32, state_out, s.batch, wide, s.output, to, n.pool());
  }
  std::fill_n(to, s.batch * wide, 0.0f);
  for (int gate = s.first_gate(); gate < kGates; ++gate) {
    add_diagonal(s, n, gate, state_out, to + int64_t{gate - s.first_gate()} * s.cells, wide);
  }
}

}  // namespace

Status run_float_cell(const Params& p, State& state, Run& n, Output to) {
  const Sizes& s = state.sizes;
  const int first = s.first_gate();
  const int64_t wide = int64_t{kGates - first} * s.cells, count = int64_t{s.batch} * s.cells;
  const float *share = floats_in(n, kSlotLeft), *recurrent = floats_in(n, kSlotSums);
  float *sums = floats_in(n, kSlotGates), *hidden = floats_in(n, kSlotHidden);
  auto* state_out = reinterpret_cast<float*>(n.in(s.at(kOutputState)).data);
  auto* cell = reinterpret_cast<float*>(n.in(s.at(kCellState)).data);
  input_share(state, n, wide);
  std::array<float*, kGates> gates{};
  for (int gate = first; gate < kGates; ++gate) gates[size_t(gate)] = sums + gate * count;
  for (int32_t done = 0; done < s.steps; ++done) {
    const int32_t t = step_of(s, done);
    recurrent_share(state, n, state_out, wide);
    for (int32_t b = 0; b < s.batch; ++b) {
      const float* from = share + row_of(p, s, t, b) * wide;
      const float* more = recurrent + b * wide;
      for (int gate = first; gate < kGates; ++gate) {
        float* gate_sums = gates[size_t(gate)] + int64_t{b} * s.cells;
        const int64_t at = int64_t{gate - first} * s.cells;
        for (int32_t i = 0; i < s.cells; ++i) gate_sums[i] = from[at + i] + more[at + i];
      }
    }
    float_cell(p, s, n, gates, cell, hidden);
    if (s.projection) {
      product(state.projection_f32, hidden, s.batch, s.output, s.cells, state_out, n.pool());
      const float* bias = projection_bias(s, n);
      for (int64_t i = 0; bias && i < int64_t{s.batch} * s.output; ++i)
        state_out[i] += bias[i % s.output];
      clip(state_out, int64_t{s.batch} * s.output, p.projection_clip);
    } else {
      std::copy_n(hidden, count, state_out);
    }
    write_step(p, s, t, state_out, to);
    TRY(n.poll());
  }
  return ok();
}

}  // namespace samara::ops::lstm

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
    const Tensor& w = n.in(peephole(gate));
    for (int64_t i = 0; i < int64_t{s.batch} * s.cells; ++i) {
      values[i] += vector_value(w, i % s.cells) * cell_state[i];
    }
  }
  const auto* bias = reinterpret_cast<const float*>(n.in(kBias + gate).data);
  const float* norm = s.norm ? reinterpret_cast<const float*>(n.in(kNorm + gate).data) : nullptr;
  if (norm) normalise(values, s.batch, s.cells);
  for (int32_t b = 0; b < s.batch; ++b) {
    float* row = values + int64_t{b} * s.cells;
    for (int32_t i = 0; i < s.cells; ++i) row[i] = (norm ? row[i] * norm[i] : row[i]) + bias[i];
  }
}

}  // namespace

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
  const int64_t gates = kGates * int64_t{s.cells};
  ScratchBytes out;
  out.bytes[kSlotLeft] =
      int64_t{s.steps} * s.batch * gates * kFloat;  // the input's share, all steps
  out.bytes[kSlotSums] = s.batch * gates * kFloat;  // the recurrent share
  out.bytes[kSlotGates] = s.batch * gates * kFloat;
  out.bytes[kSlotHidden] = int64_t{s.batch} * s.cells * kFloat;
  out.bytes[kSlotBytes] = 0;
  return out;
}

Status prepare_float(const Sizes& s, State& state, Prepare& n) {
  const int first = s.first_gate(), count = kGates - first;
  TRY(pack_floats(n, kInputWeights + first, count, s.cells, s.input, &state.input_f32));
  TRY(pack_floats(n, kRecurrentWeights + first, count, s.cells, s.output, &state.recurrent_f32));
  if (!s.projection) return ok();
  return pack_floats(n, kProjection, 1, s.output, s.cells, &state.projection_f32);
}

Status run_float(const Params& p, State& state, Run& n) {
  const Sizes& s = state.sizes;
  const int first = s.first_gate();
  const int64_t wide = int64_t{kGates - first} * s.cells, count = int64_t{s.batch} * s.cells;
  const auto scratch = [&](int slot) { return reinterpret_cast<float*>(n.scratch(slot).data()); };
  float *share = scratch(kSlotLeft), *recurrent = scratch(kSlotSums), *sums = scratch(kSlotGates);
  float* hidden = scratch(kSlotHidden);
  auto* state_out = reinterpret_cast<float*>(n.in(kOutputState).data);
  auto* cell = reinterpret_cast<float*>(n.in(kCellState).data);
  product(state.input_f32, n.in_data<float>(kInput), int64_t{s.steps} * s.batch, wide, s.input,
          share, n.pool());
  std::array<float*, kGates> gates{};
  for (int gate = first; gate < kGates; ++gate) gates[size_t(gate)] = sums + gate * count;
  for (int32_t t = 0; t < s.steps; ++t) {
    product(state.recurrent_f32, state_out, s.batch, wide, s.output, recurrent, n.pool());
    for (int32_t b = 0; b < s.batch; ++b) {
      const float* from = share + row_of(p, s, t, b) * wide;
      const float* more = recurrent + b * wide;
      for (int gate = first; gate < kGates; ++gate) {
        float* to = gates[size_t(gate)] + int64_t{b} * s.cells;
        const int64_t at = int64_t{gate - first} * s.cells;
        for (int32_t i = 0; i < s.cells; ++i) to[i] = from[at + i] + more[at + i];
      }
    }
    float_cell(p, s, n, gates, cell, hidden);
    if (s.projection) {
      product(state.projection_f32, hidden, s.batch, s.output, s.cells, state_out, n.pool());
      const float* bias = n.has(kProjectionBias) ? n.in_data<float>(kProjectionBias) : nullptr;
      for (int64_t i = 0; bias && i < int64_t{s.batch} * s.output; ++i)
        state_out[i] += bias[i % s.output];
      clip(state_out, int64_t{s.batch} * s.output, p.projection_clip);
    } else {
      std::copy_n(hidden, count, state_out);
    }
    for (int32_t b = 0; b < s.batch; ++b) {
      std::copy_n(state_out + int64_t{b} * s.output, s.output,
                  n.out_data<float>(0) + row_of(p, s, t, b) * s.output);
    }
    TRY(n.poll());
  }
  return ok();
}

}  // namespace samara::ops::lstm

// The hybrid form: float activations are quantized row by row, at every step, and multiplied with
// int8 weights; the cell itself is computed in float.
#include <algorithm>

#include "engine/ops/shared/lstm.h"

namespace samara::ops::lstm {
namespace {

/// Rows of int8 and what each was quantized with, in the bytes slot.
struct Rows {
  int8_t* values = nullptr;
  kernels::RowQuant* quant = nullptr;
};

Rows rows_in(std::span<std::byte> slot, const Sizes& s) {
  const size_t values = size_t(s.batch) * size_t(std::max({s.input, s.aux, s.cells, s.output}));
  const size_t aligned = (values + 63) / 64 * 64;
  return {reinterpret_cast<int8_t*>(slot.data()),
          reinterpret_cast<kernels::RowQuant*>(slot.data() + aligned)};
}

void quantize(bool asymmetric, const float* row, int32_t depth, int32_t b, const Rows& to) {
  int8_t* values = to.values + int64_t{b} * depth;
  to.quant[b] = asymmetric ? kernels::quantize_asymmetric(row, size_t(depth), values)
                           : kernels::quantize_symmetric(row, size_t(depth), values);
}

/// out[b][i] += scales * (row b * weights' row i).
void accumulate(const ByteMatrix& m, const Tensor& weights, const Rows& rows, const Sizes& s,
                Run& n, float* out) {
  auto* sums = reinterpret_cast<int32_t*>(n.scratch(kSlotSums).data());
  multiply(m, rows.values, s.batch, n.scratch(kSlotLeft).data(), sums);
  const auto* weight_sums = reinterpret_cast<const int32_t*>(m.memory + m.layout.sums);
  const int32_t count = m.layout.n;
  for (int32_t b = 0; b < s.batch; ++b) {
    const kernels::RowQuant quant = rows.quant[b];
    const bool many = weights.quant.scales.size() > 1;
    for (int32_t i = 0; i < count; ++i) {
      const int32_t sum = sums[int64_t{b} * m.layout.columns + i] - quant.zero * weight_sums[i];
      out[int64_t{b} * count + i] +=
          float(sum) * (quant.scale * weights.quant.scales[many ? size_t(i) : 0]);
    }
  }
}

void quantize_rows(const Params& p, const Sizes& s, const float* from, int32_t depth,
                   const Rows& to) {
  for (int32_t b = 0; b < s.batch; ++b) {
    quantize(p.asymmetric, from + int64_t{b} * depth, depth, b, to);
  }
}

/// The projected hidden values become the state.
void project(const Params& p, const State& state, Run& n, const Rows& rows, const float* hidden,
             float* state_out) {
  const Sizes& s = state.sizes;
  const float* bias = projection_bias(s, n);
  for (int64_t i = 0; i < int64_t{s.batch} * s.output; ++i) {
    state_out[i] = bias ? bias[i % s.output] : 0.0f;
  }
  quantize_rows(p, s, hidden, s.cells, rows);
  accumulate(state.projection, n.in(s.at(kProjection)), rows, s, n, state_out);
  clip(state_out, int64_t{s.batch} * s.output, p.projection_clip);
}

}  // namespace

Status prepare_hybrid(State& state, Prepare& n) {
  const Sizes& s = state.sizes;
  const auto pack = [&](int operand, ByteMatrix& to) -> Status {
    TRY(check_scales(n.in(s.at(operand)), true));
    return pack_matrix(n, s.at(operand), -1, 0, to);
  };
  for (int gate = s.first_gate(); gate < kGates; ++gate) {
    const size_t g = size_t(gate);
    TRY(pack(kInputWeights + gate, state.input[g]));
    if (s.aux > 0) TRY(pack(kAuxWeights + gate, state.aux[g]));
    if (!s.diagonal) TRY(pack(kRecurrentWeights + gate, state.recurrent[g]));
    if (s.peephole && gate != kG) TRY(check_scales(n.in(s.at(peephole(gate))), false));
  }
  return s.projection ? pack(kProjection, state.projection) : ok();
}

Status run_hybrid_cell(const Params& p, State& state, Run& n, Output to) {
  const Sizes& s = state.sizes;
  const int64_t count = int64_t{s.batch} * s.cells;
  auto* sums = reinterpret_cast<float*>(n.scratch(kSlotGates).data());
  auto* hidden = reinterpret_cast<float*>(n.scratch(kSlotHidden).data());
  const Rows rows = rows_in(n.scratch(kSlotBytes), s);
  auto* state_out = reinterpret_cast<float*>(n.in(s.at(kOutputState)).data);
  auto* cell = reinterpret_cast<float*>(n.in(s.at(kCellState)).data);
  std::array<float*, kGates> gates{};
  for (int gate = 0; gate < kGates; ++gate) gates[size_t(gate)] = sums + gate * count;
  // Adds what was quantized to all gates.
  const auto add = [&](const std::array<ByteMatrix, kGates>& matrices, int operand) {
    for (int gate = s.first_gate(); gate < kGates; ++gate) {
      const size_t g = size_t(gate);
      accumulate(matrices[g], n.in(s.at(operand + gate)), rows, s, n, gates[g]);
    }
  };
  const auto quantize_step = [&](int operand, int32_t depth, int32_t t) {
    for (int32_t b = 0; b < s.batch; ++b) {
      const float* row = n.in_data<float>(s.at(operand)) + row_of(p, s, t, b) * depth;
      quantize(p.asymmetric, row, depth, b, rows);
    }
  };
  for (int32_t done = 0; done < s.steps; ++done) {
    const int32_t t = step_of(s, done);
    std::fill_n(sums, kGates * count, 0.0f);
    quantize_step(kInput, s.input, t);
    add(state.input, kInputWeights);
    if (s.aux > 0) {
      quantize_step(kAux, s.aux, t);
      add(state.aux, kAuxWeights);
    }
    if (s.diagonal) {
      for (int gate = s.first_gate(); gate < kGates; ++gate) {
        add_diagonal(s, n, gate, state_out, gates[size_t(gate)], s.cells);
      }
    } else {
      quantize_rows(p, s, state_out, s.output, rows);
      add(state.recurrent, kRecurrentWeights);
    }
    float_cell(p, s, n, gates, cell, hidden);
    if (s.projection) {
      project(p, state, n, rows, hidden, state_out);
    } else {
      std::copy_n(hidden, count, state_out);
    }
    write_step(p, s, t, state_out, to);
    TRY(n.poll());
  }
  return ok();
}

}  // namespace samara::ops::lstm

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
  const size_t values = size_t(s.batch) * size_t(std::max({s.input, s.cells, s.output}));
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

}  // namespace

Status prepare_hybrid(State& state, Prepare& n) {
  const Sizes& s = state.sizes;
  for (int gate = s.first_gate(); gate < kGates; ++gate) {
    TRY(check_scales(n.in(kInputWeights + gate), true));
    TRY(check_scales(n.in(kRecurrentWeights + gate), true));
    TRY(pack_matrix(n, kInputWeights + gate, -1, 0, state.input[size_t(gate)]));
    TRY(pack_matrix(n, kRecurrentWeights + gate, -1, 0, state.recurrent[size_t(gate)]));
  }
  if (!s.projection) return ok();
  TRY(check_scales(n.in(kProjection), true));
  return pack_matrix(n, kProjection, -1, 0, state.projection);
}

Status run_hybrid(const Params& p, State& state, Run& n) {
  const Sizes& s = state.sizes;
  const int64_t count = int64_t{s.batch} * s.cells;
  auto* sums = reinterpret_cast<float*>(n.scratch(kSlotGates).data());
  auto* hidden = reinterpret_cast<float*>(n.scratch(kSlotHidden).data());
  const Rows rows = rows_in(n.scratch(kSlotBytes), s);
  auto* state_out = reinterpret_cast<float*>(n.in(kOutputState).data);
  auto* cell = reinterpret_cast<float*>(n.in(kCellState).data);
  std::array<float*, kGates> gates{};
  for (int gate = 0; gate < kGates; ++gate) gates[size_t(gate)] = sums + gate * count;
  for (int32_t t = 0; t < s.steps; ++t) {
    std::fill_n(sums, kGates * count, 0.0f);
    for (int32_t b = 0; b < s.batch; ++b) {
      quantize(p.asymmetric, n.in_data<float>(kInput) + row_of(p, s, t, b) * s.input, s.input, b,
               rows);
    }
    for (int gate = s.first_gate(); gate < kGates; ++gate) {
      accumulate(state.input[size_t(gate)], n.in(kInputWeights + gate), rows, s, n,
                 gates[size_t(gate)]);
    }
    for (int32_t b = 0; b < s.batch; ++b) {
      quantize(p.asymmetric, state_out + int64_t{b} * s.output, s.output, b, rows);
    }
    for (int gate = s.first_gate(); gate < kGates; ++gate) {
      accumulate(state.recurrent[size_t(gate)], n.in(kRecurrentWeights + gate), rows, s, n,
                 gates[size_t(gate)]);
    }
    float_cell(p, s, n, gates, cell, hidden);
    if (s.projection) {
      const float* bias = n.has(kProjectionBias) ? n.in_data<float>(kProjectionBias) : nullptr;
      for (int64_t i = 0; i < int64_t{s.batch} * s.output; ++i) {
        state_out[i] = bias ? bias[i % s.output] : 0.0f;
      }
      for (int32_t b = 0; b < s.batch; ++b) {
        quantize(p.asymmetric, hidden + int64_t{b} * s.cells, s.cells, b, rows);
      }
      accumulate(state.projection, n.in(kProjection), rows, s, n, state_out);
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

// The form of int16 activations, int8 weights and int64 biases (version 5): the plain cell alone.
// LiteRT's converter writes it and LiteRT cannot load it; this computes what TensorFlow Lite Micro
// does. Rules from: TensorFlow Lite Micro kernels/lstm_eval.{h,cc}, lstm_eval_common.cc.
#include <algorithm>
#include <cmath>

#include "engine/ops/shared/lstm.h"

namespace samara::ops::lstm {
namespace {

int16_t saturate(int32_t x) { return int16_t(std::clamp(x, -32768, 32767)); }

/// row * weights + bias for each row of the weights, to the gates' scale.
void layer(const int16_t* row, const Tensor& weights, const int64_t* bias,
           kernels::Multiplier factor, int16_t* out, bool add) {
  const auto* w = reinterpret_cast<const int8_t*>(weights.data);
  const int32_t columns = weights.shape[0], depth = weights.shape[1];
  for (int32_t i = 0; i < columns; ++i, w += depth) {
    uint64_t sum = bias ? uint64_t(bias[i]) : 0;  // wraps where a bias is absurd
    for (int32_t k = 0; k < depth; ++k) sum += uint64_t(int64_t{row[k] * w[k]});
    const int16_t value = saturate(kernels::rescale64(int64_t(sum), factor));
    out[i] = add ? saturate(out[i] + value) : value;
  }
}

}  // namespace

Status check_wide(const Infer& n, const Sizes& s) {
  if (s.coupled || s.peephole || s.norm || s.projection || s.diagonal) {
    return Error(Code::unsupported,
                 "cells of int16 activations have all gates, and neither peepholes, projection, "
                 "normalisation nor diagonal weights");
  }
  for (const int i : {int(kInput), int(kOutputState), int(kCellState)}) {
    TRY(n.quantized(n.in(i)));
    if (n.in(i).quant.zero_point() == 0) continue;
    return Error(Code::invalid_model, cat("'", n.in(i).name,
                                          "' has a zero point, which int16 "
                                          "activations have not"));
  }
  for (int i = kInputWeights; i < kPeephole; ++i) TRY(n.quantized(n.in(i)));
  return check_cell_scale(n);
}

Status prepare_wide(const Params& p, State& state, Prepare& n) {
  const Tensor &in = n.in(kInput), &out = n.in(kOutputState);
  const double cell = n.in(kCellState).quant.scale(), unit = std::ldexp(1.0, -15);
  for (int gate = 0; gate < kGates; ++gate) {
    IntegerGate& g = state.gate[size_t(gate)];
    const auto factor = [&](const Tensor& rows, int weights) {
      const float product = rows.quant.scale() * n.in(weights + gate).quant.scale();
      return kernels::quantize_multiplier(double(product) / std::ldexp(1.0, -12));
    };
    g.input = factor(in, kInputWeights);
    g.recurrent = factor(out, kRecurrentWeights);
  }
  state.kept = kernels::quantize_multiplier(unit * cell / cell);
  state.added = kernels::quantize_multiplier(unit * unit / cell);
  state.hidden = kernels::quantize_multiplier(unit * unit / double(out.quant.scale()));
  const double clip = std::min(double(p.cell_clip) / cell, 32767.0);
  state.cell_clip = int16_t(clip);
  prepare_sigmoid(state.gate_function, std::ldexp(1.0f, -12), 3);
  prepare_sigmoid(state.cell_function, float(cell), 3);
  return ok();
}

Status run_wide(const Params& p, State& state, Run& n) {
  const Sizes& s = state.sizes;
  const int64_t count = int64_t{s.batch} * s.cells;
  auto* values = reinterpret_cast<int16_t*>(n.scratch(kSlotGates).data());
  auto* state_out = reinterpret_cast<int16_t*>(n.in(kOutputState).data);
  auto* cell = reinterpret_cast<int16_t*>(n.in(kCellState).data);
  for (int32_t t = 0; t < s.steps; ++t) {
    for (int64_t i = 0; i < s.batch * int64_t{kGates}; ++i) {
      const auto b = int32_t(i / kGates), gate = int32_t(i % kGates);
      const IntegerGate& g = state.gate[size_t(gate)];
      int16_t* to = values + gate * count + int64_t{b} * s.cells;
      layer(n.in_data<int16_t>(kInput) + row_of(p, s, t, b) * s.input, n.in(kInputWeights + gate),
            n.in_data<int64_t>(kBias + gate), g.input, to, false);
      layer(state_out + int64_t{b} * s.output, n.in(kRecurrentWeights + gate), nullptr, g.recurrent,
            to, true);
    }
    for (int64_t i = 0; i < count; ++i) {
      const auto gate = [&](int which) { return values[which * count + i]; };
      const int32_t in = state.gate_function.logistic(gate(kI));
      const int32_t f = state.gate_function.logistic(gate(kF));
      const int32_t o = state.gate_function.logistic(gate(kO));
      const int16_t kept = saturate(kernels::rescale(f * cell[i], state.kept));
      const int32_t fresh = in * state.gate_function.tanh(gate(kG));
      cell[i] = saturate(kept + saturate(kernels::rescale(fresh, state.added)));
      if (state.cell_clip > 0) {
        cell[i] = std::clamp(cell[i], int16_t(-state.cell_clip), state.cell_clip);
      }
      const int32_t hidden = o * state.cell_function.tanh(cell[i]);
      state_out[i] = saturate(kernels::rescale(hidden, state.hidden));
    }
    for (int32_t b = 0; b < s.batch; ++b) {
      std::copy_n(state_out + int64_t{b} * s.output, s.output,
                  n.out_data<int16_t>(0) + row_of(p, s, t, b) * s.output);
    }
    TRY(n.poll());
  }
  return ok();
}

}  // namespace samara::ops::lstm

#include "engine/ops/shared/cell_loop.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>

#include "engine/graph/callee.h"
#include "engine/kernels/elementwise/elementwise_kernels.h"
#include "engine/kernels/gemm_f32/gemm_f32_kernels.h"
#include "engine/kernels/pick_log.h"
#include "engine/ops/shared/dense.h"
#include "engine/ops/shared/floats.h"

namespace samara::ops {
namespace {

enum Slot { kShare, kSums, kRows };

int64_t step_floats(const CellLoop& c) { return int64_t{c.batch} * c.gates() * c.units; }

/// Scratch for the rows of both products.
std::optional<int64_t> row_bytes(const CellLoop& c) {
  if (!c.of_input.bytes) return int64_t{0};
  const auto inputs = checked_mul<int64_t>(c.steps, c.batch);
  const auto first = inputs ? HybridMatrix::scratch_bytes(*inputs, c.depth) : std::nullopt;
  const auto second = HybridMatrix::scratch_bytes(c.batch, c.units);
  return first && second ? std::optional(std::max(*first, *second)) : std::nullopt;
}

/// One step of one row of the batch: `share` and `sums` are the input's and the state's parts of all
/// gates.
struct Step {
  const CellLoop& c;
  float *share, *sums, *h, *cell;

  float* gate(float* all, int which) const { return all + c.gate[size_t(which)] * c.units; }
  void add(float* to, const float* more) const {
    for (int32_t i = 0; i < c.units; ++i) to[i] += more[i];
  }
  void run_lstm() const {
    const kernels::ElementwiseF32& k = kernels::elementwise_f32();
    const auto units = size_t(c.units);
    for (int32_t i = 0; i < 4 * c.units; ++i) share[i] += sums[i];
    if (c.late_bias)
      for (int32_t i = 0; i < 4 * c.units; ++i) share[i] += c.late_bias[i];
    float *in = gate(share, 0), *keep = gate(share, 1), *fresh = gate(share, 2);
    float* const out = gate(share, 3);
    for (float* const x : {in, keep, out}) k.logistic(x, x, units);
    activate(fb::ActivationFunctionType_TANH, fresh, units);
    for (size_t i = 0; i < units; ++i) cell[i] = keep[i] * cell[i] + in[i] * fresh[i];
    std::copy_n(cell, units, h);
    activate(fb::ActivationFunctionType_TANH, h, units);
    for (size_t i = 0; i < units; ++i) h[i] *= out[i];
  }
  void run_gru() const {
    const kernels::ElementwiseF32& k = kernels::elementwise_f32();
    const auto units = size_t(c.units);
    float *keep = gate(share, 0), *reset = gate(share, 1), *fresh = gate(share, 2);
    add(keep, gate(sums, 0));
    add(reset, gate(sums, 1));
    k.logistic(keep, keep, units);
    k.logistic(reset, reset, units);
    const float* const recurrent = gate(sums, 2);
    for (size_t i = 0; i < units; ++i) fresh[i] += reset[i] * recurrent[i];
    activate(fb::ActivationFunctionType_TANH, fresh, units);
    for (size_t i = 0; i < units; ++i) h[i] = keep[i] * h[i] + (1.0f - keep[i]) * fresh[i];
  }
};

}  // namespace

Status CellProduct::prepare(Prepare& n, const CellWeights& w, int64_t columns, int64_t depth,
                            const char* what) {
  columns_ = columns;
  depth_ = depth;
  if (w.bytes) {
    bias_ = w.bias;
    added_ = w.added;
    return bytes_.prepare(n, what, *w.bytes, w.asymmetric);
  }
  const auto floats = kernels::gemm_f32_packed_floats(columns, depth);
  const auto bytes = floats ? checked_mul<int64_t>(*floats, sizeof(float)) : std::nullopt;
  if (!bytes) return Error(Code::resource_exhausted, "weights are too large");
  TRY_SET(const std::byte* const memory, n.packed(what, *bytes, [&](std::byte* to) -> Status {
    kernels::gemm_f32_pack(w.rows, size_t(w.stride), 1, w.bias, size_t(columns), size_t(depth),
                           reinterpret_cast<float*>(to));
    return ok();
  }));
  floats_ = reinterpret_cast<const float*>(memory);
  return ok();
}

void CellProduct::run(Run& n, const float* rows, int64_t count, std::byte* scratch,
                      float* out) const {
  if (floats_)
    return product(floats_, rows, count, columns_, depth_, out, n.pool(), fuses_floats(n));
  bytes_.run(rows, count, bias_, scratch, out, n.pool());
  if (!added_) return;
  for (int64_t r = 0; r < count; ++r)
    for (int64_t i = 0; i < columns_; ++i) out[r * columns_ + i] += added_[i];
}

Status infer_cell_loop(const CellLoop& c, Infer& n) {
  const auto step = checked_mul<int64_t>(step_floats(c), sizeof(float));
  const auto all = step ? checked_mul<int64_t>(*step, c.steps) : std::nullopt;
  const auto rows = row_bytes(c);
  if (!all || !rows)
    return Error(Code::resource_exhausted, "the steps need more memory than there is");
  kernels::PickLog::note(c.kind == CellLoop::lstm ? "lstm_cell" : "gru_cell");
  TRY(n.scratch(kShare, *all));
  TRY(n.scratch(kRows, *rows));
  return n.scratch(kSums, *step);
}

Status prepare_cell_loop(LoopState& s, Prepare& n) {
  const CellLoop& c = *s.cell;
  kernels::PickLog::note(c.kind == CellLoop::lstm ? "lstm_cell" : "gru_cell");
  const int64_t columns = int64_t{c.gates()} * c.units;
  const auto products = std::make_shared<CellProducts>();
  TRY(products->of_input.prepare(n, c.of_input, columns, c.depth, "cell input"));
  TRY(products->of_state.prepare(n, c.of_state, columns, c.units, "cell state"));
  s.products = products;
  return ok();
}

int64_t cell_turns(const CellLoop& c, const Run& n) {
  const Callee callee(n);
  if (callee.observed()) return 0;
  const auto value = [&](int variable) { return int64_t{*n.out_data<int32_t>(variable)}; };
  int64_t turns = INT32_MAX;
  for (const CellLoop::Counter& counter : c.counters) {
    if (!counter.bounded) continue;
    const int64_t end = counter.end_variable < 0 ? counter.end : value(counter.end_variable);
    turns = std::min(turns, end - value(counter.variable));
  }
  if (turns <= 0 || value(c.time) < 0 || value(c.time) + turns > c.steps) return 0;
  for (const CellLoop::Counter& counter : c.counters)
    if (value(counter.variable) + turns > INT32_MAX) return 0;
  return callee.loop_limit() != 0 && turns > int64_t(callee.loop_limit()) ? 0 : turns;
}

Status run_cell_loop(const LoopState& s, int64_t turns, Run& n) {
  const CellLoop& c = *s.cell;
  const int64_t wide = int64_t{c.gates()} * c.units, width = int64_t{c.batch} * c.units;
  auto* const share = reinterpret_cast<float*>(n.scratch(kShare).data());
  auto* const sums = reinterpret_cast<float*>(n.scratch(kSums).data());
  const int64_t begin = *n.out_data<int32_t>(c.time);
  const float* const x = n.out_data<float>(c.input) + begin * c.batch * c.depth;
  std::byte* const rows = n.scratch(kRows).data();
  s.products->of_input.run(n, x, turns * c.batch, rows, share);
  float* const h = n.out_data<float>(c.state);
  float* const cell = c.cell < 0 ? nullptr : n.out_data<float>(c.cell);
  for (int64_t t = 0; t < turns; ++t) {
    TRY(n.poll());
    s.products->of_state.run(n, h, c.batch, rows, sums);
    for (int64_t b = 0; b < c.batch; ++b) {
      const Step step{c, share + (t * c.batch + b) * wide, sums + b * wide, h + b * c.units,
                      cell ? cell + b * c.units : nullptr};
      c.kind == CellLoop::lstm ? step.run_lstm() : step.run_gru();
    }
    if (c.output >= 0 && !c.last_only)
      std::copy_n(h, width, n.out_data<float>(c.output) + (begin + t) * width);
  }
  if (c.last_only) std::copy_n(h, width, n.out_data<float>(c.output));
  for (const CellLoop::Counter& counter : c.counters)
    *n.out_data<int32_t>(counter.variable) += int32_t(turns);
  return ok();
}

}  // namespace samara::ops

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

enum Slot { kShare, kSums, kRows, kReset, kMore };

int64_t step_floats(const CellLoop& c) { return int64_t{c.batch} * c.gates() * c.units; }

/// Scratch for the rows of all products.
std::optional<int64_t> row_bytes(const CellLoop& c) {
  if (!c.of_input.bytes) return int64_t{0};
  const auto inputs = checked_mul<int64_t>(c.steps, c.batch);
  const auto first = inputs ? HybridMatrix::scratch_bytes(*inputs, c.depth) : std::nullopt;
  const auto second = HybridMatrix::scratch_bytes(c.batch, c.depth_of_state());
  return first && second ? std::optional(std::max(*first, *second)) : std::nullopt;
}

/// One step of one row of the batch: `share` and `sums` are the input's and the state's parts of all
/// gates; no sums: the share is both.
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
    for (const float* const more : {static_cast<const float*>(sums), c.late_bias})
      for (int32_t i = 0; more && i < 4 * c.units; ++i) share[i] += more[i];
    float *in = gate(share, 0), *keep = gate(share, 1), *fresh = gate(share, 2);
    float* const out = gate(share, 3);
    for (float* const x : {in, keep, out}) k.logistic(x, x, units);
    activate(fb::ActivationFunctionType_TANH, fresh, units);
    for (size_t i = 0; i < units; ++i) cell[i] = keep[i] * cell[i] + in[i] * fresh[i];
    std::copy_n(cell, units, h);
    activate(fb::ActivationFunctionType_TANH, h, units);
    for (size_t i = 0; i < units; ++i) h[i] *= out[i];
  }
  /// The gates of a GRU that depend on the state alone.
  void open_gates() const {
    const kernels::ElementwiseF32& k = kernels::elementwise_f32();
    for (const int which : {0, 1}) {
      float* const x = gate(share, which);
      add(x, gate(sums, which));
      k.logistic(x, x, size_t(c.units));
    }
  }
  void reset_state(float* out) const {
    const float* const reset = gate(share, 1);
    for (int32_t i = 0; i < c.units; ++i) out[i] = reset[i] * h[i];
  }
  /// `recurrent`: the state's part of the fresh values, already reset or to be reset now.
  void run_gru(const float* recurrent) const {
    const auto units = size_t(c.units);
    const float *keep = gate(share, 0), *reset = gate(share, 1);
    float* const fresh = gate(share, 2);
    for (size_t i = 0; i < units; ++i)
      fresh[i] += c.reset_first ? recurrent[i] : reset[i] * recurrent[i];
    activate(fb::ActivationFunctionType_TANH, fresh, units);
    for (size_t i = 0; i < units; ++i) h[i] = keep[i] * h[i] + (1.0f - keep[i]) * fresh[i];
  }
};

/// The memory of a run, and its steps.
class Steps {
 public:
  Steps(const CellLoop& c, const CellProducts& products, Run& n)
      : c_(c),
        products_(products),
        n_(n),
        begin_(*n.out_data<int32_t>(c.time)),
        x_(n.out_data<float>(c.input) + begin_ * c.batch * c.depth),
        h_(n.out_data<float>(c.state)),
        cell_(c.cell < 0 ? nullptr : n.out_data<float>(c.cell)),
        share_(floats(kShare)),
        sums_(floats(kSums)),
        rows_(n.scratch(kRows).data()) {
    if (c.mask >= 0)
      mask_ = reinterpret_cast<const uint8_t*>(n.out(c.mask).data) + begin_ * c.batch;
  }
  /// The input's part of all steps, where it is apart.
  void begin(int64_t turns) const {
    if (!c_.together) products_.of_input.run(n_, x_, turns * c_.batch, rows_, share_);
  }
  void run(int64_t t) const {
    if (c_.together) join(t);
    products_.of_state.run(n_, c_.together ? floats(kReset) : h_, c_.batch, rows_, sums_);
    if (c_.kind == CellLoop::gru) open_gates(t);
    for (int64_t b = 0; b < c_.batch; ++b) {
      if (mask_ && mask_[t * c_.batch + b] == 0) continue;
      const Step step = at(t, b);
      if (c_.kind == CellLoop::lstm)
        step.run_lstm();
      else
        step.run_gru(c_.reset_first ? floats(kMore) + b * c_.units : step.gate(step.sums, 2));
      if (c_.previous >= 0) std::copy_n(step.h, c_.units, previous() + b * c_.units);
    }
    if (c_.output >= 0 && !c_.last_only)
      std::copy_n(shown(), width(), n_.out_data<float>(c_.output) + (begin_ + t) * width());
  }
  void end() const {
    if (c_.last_only) std::copy_n(shown(), width(), n_.out_data<float>(c_.output));
  }

 private:
  float* floats(Slot slot) const { return reinterpret_cast<float*>(n_.scratch(slot).data()); }
  int64_t width() const { return int64_t{c_.batch} * c_.units; }
  float* previous() const { return n_.out_data<float>(c_.previous); }
  const float* shown() const { return c_.previous < 0 ? h_ : previous(); }
  Step at(int64_t t, int64_t b) const {
    const int64_t wide = int64_t{c_.gates()} * c_.units;
    float* const sums = sums_ + b * c_.gates_of_state() * c_.units;
    float* const state = h_ + b * c_.units;
    float* const cell = cell_ ? cell_ + b * c_.units : nullptr;
    if (c_.together) return {c_, sums, nullptr, state, cell};
    return {c_, share_ + (t * c_.batch + b) * wide, sums, state, cell};
  }
  /// Rows of input and state side by side.
  void join(int64_t t) const {
    float* to = floats(kReset);
    for (int64_t b = 0; b < c_.batch; ++b, to += c_.depth_of_state()) {
      std::copy_n(h_ + b * c_.units, c_.units, to + (c_.state_first ? 0 : c_.depth));
      std::copy_n(x_ + (t * c_.batch + b) * c_.depth, c_.depth,
                  to + (c_.state_first ? c_.units : 0));
    }
  }
  void open_gates(int64_t t) const {
    for (int64_t b = 0; b < c_.batch; ++b) {
      at(t, b).open_gates();
      if (c_.reset_first) at(t, b).reset_state(floats(kReset) + b * c_.units);
    }
    if (c_.reset_first) products_.of_reset.run(n_, floats(kReset), c_.batch, rows_, floats(kMore));
  }

  const CellLoop& c_;
  const CellProducts& products_;
  Run& n_;
  const int64_t begin_;
  const float* const x_;
  float *const h_, *const cell_, *const share_, *const sums_;
  std::byte* const rows_;
  const uint8_t* mask_ = nullptr;  // of the first step
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
  TRY(n.scratch(kShare, c.together ? 0 : *all));
  TRY(n.scratch(kRows, *rows));
  // Rows of the state as a product takes them: reset, or with the input beside them.
  if (c.reset_first || c.together) {
    const auto floats = checked_mul<int64_t>(c.batch, c.depth_of_state());
    const auto state = floats ? checked_mul<int64_t>(*floats, sizeof(float)) : std::nullopt;
    if (!state) return Error(Code::resource_exhausted, "the state needs more memory than there is");
    TRY(n.scratch(kReset, *state));
    TRY(n.scratch(kMore, c.reset_first ? *state : 0));
  }
  return n.scratch(kSums, *step);
}

Status prepare_cell_loop(LoopState& s, Prepare& n) {
  const CellLoop& c = *s.cell;
  kernels::PickLog::note(c.kind == CellLoop::lstm ? "lstm_cell" : "gru_cell");
  const int64_t columns = int64_t{c.gates()} * c.units;
  const int64_t of_state = int64_t{c.gates_of_state()} * c.units;
  const auto products = std::make_shared<CellProducts>();
  if (!c.together) TRY(products->of_input.prepare(n, c.of_input, columns, c.depth, "cell input"));
  TRY(products->of_state.prepare(n, c.of_state, of_state, c.depth_of_state(), "cell state"));
  if (c.reset_first) TRY(products->of_reset.prepare(n, c.of_reset, c.units, c.units, "cell reset"));
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
  const Steps steps(c, *s.products, n);
  steps.begin(turns);
  for (int64_t t = 0; t < turns; ++t) {
    TRY(n.poll());
    steps.run(t);
  }
  steps.end();
  for (const CellLoop::Counter& counter : c.counters)
    *n.out_data<int32_t>(counter.variable) += int32_t(turns);
  return ok();
}

}  // namespace samara::ops

// Running a planned frame. The plain path is a loop over function pointers; observers, deferred
// nodes and the debug mode take the watched one.
#include <cstring>

#include "base/text.h"
#include "base/try.h"
#include "engine/graph/frame.h"

namespace samara::graph {
namespace {

NodeInfo info_of(const NodeContext& node) {
  NodeInfo info;
  info.subgraph = node.subgraph();
  info.index = node.node->number;
  info.op = node.node->def->info.name;
  if (node.output_count > 0) info.name = node.outputs[0]->name;
  return info;
}

bool is_float(Type type) {
  return type == Type::f32 || type == Type::f16 || type == Type::bf16 || type == Type::f64 ||
         type == Type::c64 || type == Type::c128;
}

/// Floats become NaN, which spreads; for the rest a pattern that is easy to spot.
void spoil(const Tensor& t) { std::memset(t.data, is_float(t.type) ? 0xFF : 0xA5, t.bytes); }

}  // namespace

Status Frame::run() {
  if (!planned_) return Error(Code::failed_precondition, "the subgraph is not planned");
  active_ = true;
  Status status = execution_.nested([&] { return run_steps(); });
  active_ = false;
  return status;
}

Status Frame::run_steps() {
  const RunControl& control = execution_.control();
  const bool pollable = control.pollable(), observed = control.observer != nullptr;
  const bool watched = observed || execution_.options().poison;
  if (observed && reported_run_ != execution_.run_number()) report_computed();
  if (execution_.options().poison) poison(-1);
  for (const Step& step : steps_) {
    if (pollable) TRY(control.poll());
    if (step.dead && !control.sees_all()) continue;
    Status status = watched ? run_watched(step) : run_kernel(step);
    if (pollable && execution_.abandoned()) status = left_undone(std::move(status));
    if (!status.ok()) [[unlikely]]
      return std::move(status).in(
          [&] { return execution_.graph().place(subgraph_.index, step.context->node->number); });
  }
  return ok();
}

/// Whatever a node made of a region that was not worked through, the run ends for that reason.
Status Frame::left_undone(Status status) const {
  const auto is = [&](Code code) { return !status.ok() && status.error().code() == code; };
  if (is(Code::cancelled) || is(Code::deadline_exceeded)) return status;
  TRY(execution_.control().poll());
  return Error(Code::cancelled, "the caller cancelled the run");
}

Status Frame::run_kernel(const Step& step) {
  NodeContext& node = *step.context;
  node.calls = 0;
  if (!step.plain) {
    if (step.deferred || step.sizes) forget_sizes(node);
    if (step.deferred) TRY(run_deferred(node));
    TRY(invoke(node));
    return step.deferred || step.sizes ? check_sizes(node) : ok();
  }
  Run face(node);
  return step.run(step.params, step.state, face);
}

/// The kernel, on stand-ins where operands have such.
Status Frame::invoke(NodeContext& node) {
  if (node.stand_ins) node.stand_ins->fill(node);
  {
    const AsStandIns wider(node);
    Run face(node);
    TRY(node.kernel->run(node.node->params.get(), node.state, face));
  }
  if (node.stand_ins) node.stand_ins->store(node);
  return ok();
}

/// Outputs that get their size in this run have none before it.
void Frame::forget_sizes(NodeContext& node) {
  for (int i = 0; i < node.output_count; ++i) {
    Tensor& t = *node.outputs[i];
    const TensorPlan& p = plans_[size_t(t.index)];
    if (!p.dynamic) continue;
    if (!p.shape_known) t.shape = subgraph_.tensors[size_t(t.index)].shape;
    t.data = nullptr;
    t.bytes = 0;
  }
}

Status Frame::check_sizes(NodeContext& node) {
  for (int i = 0; i < node.output_count; ++i)
    if (!node.outputs[i]->data) return Error(Code::internal, cat("gave output ", i, " no size"));
  return ok();
}

Status Frame::run_watched(const Step& step) {
  Observer* const observer = execution_.control().observer;
  if (!observer) {
    TRY(run_kernel(step));
  } else {
    const NodeInfo info = info_of(*step.context);
    const Run face(*step.context);
    observer->before(info, face);
    const int64_t start = steady_now();
    TRY(run_kernel(step));
    observer->after(info, face, steady_now() - start);
  }
  if (execution_.options().poison) poison(step.context->node->index);
  return ok();
}

/// Shapes, memory and state of a node that had to wait for its inputs' values.
Status Frame::run_deferred(NodeContext& node) {
  TRY(infer_late(node));
  TRY(allocate_scratch(node));
  TRY(allocate_outputs(node));
  TRY(prepare(node));
  node.phase = Phase::run;
  return ok();
}

Status Frame::infer_late(NodeContext& node) {
  node.scratch_bytes = {};
  for (int i = 0; i < node.output_count; ++i) {
    TensorPlan& p = plans_[size_t(node.outputs[i]->index)];
    p.shaped = p.sized = false;
  }
  Status status = infer(node, Phase::infer_late);
  const bool again = node.deferred;
  node.deferred = true;
  TRY(std::move(status));
  if (again) return Error(Code::internal, "waits for values that are all there");
  for (int i = 0; i < node.output_count; ++i) {
    const TensorPlan& p = plans_[size_t(node.outputs[i]->index)];
    if (!p.shaped && !p.sized) return Error(Code::internal, cat("gives output ", i, " no shape"));
  }
  return ok();
}

/// Memory of their own for outputs whose shape infer has set; run sizes the others.
Status Frame::allocate_outputs(NodeContext& node) {
  for (int i = 0; i < node.output_count; ++i) {
    Tensor& t = *node.outputs[i];
    if (plans_[size_t(t.index)].sized) continue;
    Buffer& own = own_[size_t(t.index)];
    TRY(own.reserve(t.bytes, execution_.budget()));
    t.data = t.bytes ? own.data() : nowhere();
  }
  return ok();
}

Status Frame::allocate_scratch(NodeContext& node) {
  for (size_t slot = 0; slot < node.scratch_bytes.size(); ++slot) {
    if (!node.scratch_bytes[slot]) continue;
    if (!node.own_scratch) node.own_scratch = std::make_unique<std::array<Buffer, kAllSlots>>();
    Buffer& own = (*node.own_scratch)[slot];
    TRY(own.reserve(node.scratch_bytes[slot], execution_.budget()));
    node.scratch[slot] = own.data();
  }
  return ok();
}

/// Observers see every node of the file once a run: those computed beforehand come first.
void Frame::report_computed() {
  reported_run_ = execution_.run_number();
  for (NodeContext& node : contexts_) {
    if (!node.node->skipped() && !node.evaluated) continue;
    const NodeInfo info = info_of(node);
    const Run face(node);
    execution_.control().observer->before(info, face);
    execution_.control().observer->after(info, face, 0);
  }
}

/// Spoils what no later node may read: whatever lives until `after_node`, or everything (-1).
void Frame::poison(int after_node) {
  if (after_node < 0 && arena_.data()) std::memset(arena_.data(), 0xA5, arena_.capacity());
  for (const Tensor& t : tensors_) {
    const TensorPlan& p = plans_[size_t(t.index)];
    if (t.constant || p.value_known || p.own || !t.data || t.bytes == 0) continue;
    if (p.block < 0 && !p.dynamic) continue;
    if (after_node >= 0 && (p.last != after_node || p.taken_over)) continue;
    spoil(t);
  }
}

}  // namespace samara::graph

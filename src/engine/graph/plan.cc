// Planning a frame: shapes in run order, then lifetimes, then memory, then states.
#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "base/try.h"
#include "engine/graph/frame.h"

namespace samara::graph {
namespace {

// Values are computed while planning so that shapes which depend on them are known; those are
// small. Larger results are left to the run.
constexpr uint64_t kMostEvaluated = 64 * 1024;

std::string operand_list(const NodeContext& node) {
  std::string out;
  for (int i = 0; i < node.input_count; ++i) {
    if (i) out += ", ";
    const Tensor* t = node.inputs[i];
    out += t ? cat(name(t->type), " '", t->name, "'") : "(left out)";
  }
  return out;
}

std::span<Tensor* const> outputs_of(const NodeContext& node) {
  return {node.outputs, size_t(node.output_count)};
}
std::span<Tensor* const> inputs_of(const NodeContext& node) {
  return {node.inputs, size_t(node.input_count)};
}

}  // namespace

Status Frame::plan_anew(std::span<const Shape> inputs) {
  planned_ = false;
  TRY(execution_.count_planned(contexts_.size()));
  for (NodeContext& node : contexts_) TRY(construct_state(node));
  TRY(reset(inputs));
  const bool pollable = execution_.control().pollable();
  for (NodeContext& node : contexts_) {
    if (node.node->skipped()) continue;
    if (pollable) TRY(execution_.control().poll());
    if (Status status = shape_node(node); !status.ok()) TRY(refuse(node, std::move(status)));
  }
  find_lifetimes();
  TRY(place_memory());
  for (NodeContext& node : contexts_) {
    if (node.node->skipped() || node.deferred || node.evaluated) continue;
    if (Status status = prepare(node); !status.ok()) TRY(refuse(node, std::move(status)));
  }
  list_steps();
  planned_inputs_.assign(inputs.begin(), inputs.end());
  planned_ = true;
  return ok();
}

/// The error of a node that cannot run. Where the graph only lists those, the node counts as one
/// whose outputs the run will tell, so that the others are looked at.
Status Frame::refuse(NodeContext& node, Status why) {
  const Code code = why.error().code();
  if (!execution_.graph().refusals() || code == Code::cancelled || code == Code::deadline_exceeded)
    return std::move(why).in(
        [&] { return execution_.graph().place(subgraph_.index, node.node->number); });
  execution_.graph().refusals()->push_back(
      {subgraph_.index, node.node->number, why.error().brief()});
  node.kernel = nullptr;
  node.scratch_bytes = {};
  defer(node);
  return ok();
}

Status Frame::judge_by_types() {
  for (NodeContext& node : contexts_)
    if (Status status = choose_kernel(node); !status.ok()) TRY(refuse(node, std::move(status)));
  return ok();
}

/// Tensors as the file has them, with the inputs' shapes; memory that does not depend on the plan.
Status Frame::reset(std::span<const Shape> shapes) {
  if (shapes.size() != inputs().size())
    return Error(Code::internal, cat("plans ", shapes.size(), " inputs of subgraph ",
                                     subgraph_.index, ", which has ", inputs().size()));
  for (Tensor& t : tensors_) {
    TensorPlan& p = plans_[size_t(t.index)];
    p = {};
    p.shape_known = p.value_known = t.constant;
    if (t.constant) continue;
    t.shape = subgraph_.tensors[size_t(t.index)].shape;
    t.data = nullptr;
    t.bytes = 0;
    if (t.variable) TRY(settle(t, t.shape, true));
  }
  for (size_t i = 0; i < shapes.size(); ++i)
    if (Tensor& t = tensor(inputs()[i]); !t.constant)
      TRY(settle(t, shapes[i], t.variable || outermost_));
  return ok();
}

/// A tensor outside the arena: where it has memory of its own, that keeps its content while it is
/// large enough.
Status Frame::settle(Tensor& t, const Shape& shape, bool own_memory) {
  const auto bytes = tensor_bytes(t.type, shape);
  if (!bytes)
    return Error(Code::resource_exhausted,
                 cat("tensor ", t.index, " '", t.name, "' has shape ", shape.text()));
  t.shape = shape;
  t.bytes = size_t(*bytes);
  TensorPlan& p = plans_[size_t(t.index)];
  p.shape_known = p.own = true;
  if (!own_memory) return ok();
  Buffer& memory = own_[size_t(t.index)];
  const bool fresh = *bytes > memory.capacity();
  TRY(memory.reserve(*bytes, execution_.budget()));
  t.data = *bytes ? memory.data() : nowhere();
  if (fresh && t.variable) reset_variable(t);
  return ok();
}

Status Frame::shape_node(NodeContext& node) {
  node.deferred = node.evaluated = false;
  node.scratch_bytes = {};
  node.scratch = {};
  // A node without inputs has its values from elsewhere, a variable's handle for one.
  bool shapes = true, values = node.input_count > 0;
  for (const Tensor* t : inputs_of(node)) {
    if (!t) continue;
    shapes = shapes && plans_[size_t(t->index)].shape_known;
    values = values && plans_[size_t(t->index)].value_known;
  }
  if (!shapes) {
    defer(node);
    return choose_kernel(node);
  }
  node.variants = {};
  TRY(infer(node, Phase::infer));
  TRY(choose_kernel(node));
  if (node.deferred) {
    defer(node);
    return ok();
  }
  for (const Tensor* t : outputs_of(node)) {
    const TensorPlan& p = plans_[size_t(t->index)];
    if (!p.shaped && !p.sized)
      return Error(Code::internal, cat("gives tensor ", t->index, " '", t->name, "' no shape"));
  }
  if (node.node->def->info.pure && (values || node.node->def->info.from_shapes))
    try_to_evaluate(node);
  return ok();
}

Status Frame::infer(NodeContext& node, Phase phase) {
  node.phase = phase;
  node.deferred = false;
  const kernels::PickLog log(node.variants);
  if (node.stand_ins)
    TRY(node.stand_ins->begin_infer(node, [&] { return allocate_scratch(node); }));
  const AsStandIns wider(node);
  Infer face(node);
  return node.node->def->infer(node.node->params.get(), face);
}

Status Frame::choose_kernel(NodeContext& node) {
  const AsStandIns wider(node);
  std::vector<Type> types;
  for (const Tensor* t : inputs_of(node)) types.push_back(t ? t->type : kAny);
  node.kernel = kernel_for(*node.node->def, types);
  if (node.kernel) return ok();
  return Error(Code::unsupported,
               cat(node.node->def->info.name, " has no kernel for inputs ", operand_list(node)));
}

void Frame::defer(NodeContext& node) {
  node.deferred = true;
  for (const Tensor* t : outputs_of(node)) {
    plans_[size_t(t->index)].dynamic = true;
    plans_[size_t(t->index)].shape_known = false;
  }
}

/// Computes a node whose values are known, if that is cheap. A failure is no error here: the node
/// then runs with the others and fails, or not, in its turn.
void Frame::try_to_evaluate(NodeContext& node) {
  uint64_t bytes = 0;
  for (const Tensor* t : outputs_of(node)) bytes += t->bytes;
  if (bytes > kMostEvaluated) return;
  const std::vector<TensorPlan> before = [&] {
    std::vector<TensorPlan> plans;
    for (const Tensor* t : outputs_of(node)) plans.push_back(plans_[size_t(t->index)]);
    return plans;
  }();
  node.evaluating = true;
  const Status status = compute(node);
  node.evaluating = false;
  node.evaluated = status.ok();
  for (int i = 0; i < node.output_count; ++i) {
    Tensor& t = *node.outputs[i];
    TensorPlan& p = plans_[size_t(t.index)];
    if (status.ok()) {
      p = {.shape_known = true, .value_known = true, .own = true};
    } else {
      p = before[size_t(i)];
      t.data = nullptr;
    }
  }
}

Status Frame::compute(NodeContext& node) {
  TRY(allocate_scratch(node));
  TRY(allocate_outputs(node));
  TRY(prepare(node));
  node.phase = Phase::run;
  TRY(invoke(node));
  return execution_.abandoned() ? execution_.control().poll() : ok();
}

Status Frame::fold(int index) {
  NodeContext& node = contexts_[size_t(index)];
  TRY(construct_state(node));
  for (const Tensor* t : inputs_of(node))
    if (t) plans_[size_t(t->index)].value_known = true;
  node.evaluating = true;
  TRY(infer(node, Phase::infer));
  if (node.deferred) return Error(Code::internal, "defers a node of constants");
  TRY(choose_kernel(node));
  return compute(node);
}

bool Frame::in_arena(const Tensor& t) const {
  const TensorPlan& p = plans_[size_t(t.index)];
  return !t.constant && !p.value_known && !p.dynamic && !p.own && p.last >= p.first;
}

void Frame::find_lifetimes() {
  const int end = int(contexts_.size());
  for (NodeContext& node : contexts_) {
    if (node.node->skipped() || node.evaluated) continue;
    const int step = node.node->index;
    for (const Tensor* t : outputs_of(node)) {
      TensorPlan& p = plans_[size_t(t->index)];
      p.first = p.last = step;
    }
    for (const Tensor* t : inputs_of(node))
      if (t) plans_[size_t(t->index)].last = std::max(plans_[size_t(t->index)].last, step);
  }
  for (const int32_t i : inputs()) plans_[size_t(i)].last = end;
  for (const int32_t i : outputs()) plans_[size_t(i)].last = end;
}

/// Output 0 takes over the memory of an input that nobody needs after this node.
void Frame::share_in_place(const NodeContext& node, std::vector<Block>& blocks) {
  const uint32_t allowed = node.node->def->info.in_place;
  if (allowed == 0 || node.output_count == 0 || node.deferred) return;
  Tensor& out = *node.outputs[0];
  if (!in_arena(out)) return;
  for (int i = 0; i < std::min(node.input_count, 32); ++i) {
    const Tensor* in = node.inputs[i];
    if (!(allowed >> i & 1) || !in || !in_arena(*in) || in->bytes != out.bytes) continue;
    TensorPlan& p = plans_[size_t(in->index)];
    if (p.last != node.node->index || std::ranges::count(inputs_of(node), in) != 1) continue;
    TensorPlan& q = plans_[size_t(out.index)];
    q.block = p.block;
    q.shares_with = in->index;
    p.taken_over = true;
    blocks[size_t(p.block)].last = q.last;
    return;
  }
}

std::vector<Block> Frame::blocks() {
  std::vector<Block> blocks;
  for (NodeContext& node : contexts_) {
    if (node.node->skipped() || node.evaluated) continue;
    share_in_place(node, blocks);
    for (const Tensor* t : outputs_of(node)) {
      TensorPlan& p = plans_[size_t(t->index)];
      if (p.block >= 0 || !in_arena(*t)) continue;
      p.block = int(blocks.size());
      blocks.push_back({t->bytes, p.first, p.last});
    }
    if (node.deferred) continue;
    for (size_t slot = 0; slot < node.scratch_bytes.size(); ++slot) {
      node.scratch_block[slot] = int(blocks.size());
      blocks.push_back({node.scratch_bytes[slot], node.node->index, node.node->index});
    }
  }
  return blocks;
}

Status Frame::place_memory() {
  std::vector<Block> list = blocks();
  TRY_SET(const uint64_t total, place(list));
  if (total < arena_.capacity() / 2) arena_.release();
  TRY(arena_.reserve(total, execution_.budget()));
  for (Tensor& t : tensors_) {
    TensorPlan& p = plans_[size_t(t.index)];
    if (p.block < 0) continue;
    p.offset = list[size_t(p.block)].offset;
    t.data = t.bytes ? arena_.data() + p.offset : nowhere();
  }
  for (NodeContext& node : contexts_) {
    if (node.node->skipped() || node.evaluated || node.deferred) continue;
    for (size_t slot = 0; slot < node.scratch.size(); ++slot)
      if (node.scratch_bytes[slot])
        node.scratch[slot] = arena_.data() + list[size_t(node.scratch_block[slot])].offset;
  }
  return ok();
}

Status Frame::prepare(NodeContext& node) {
  if (!node.node->def->prepare) return ok();
  node.phase = Phase::prepare;
  const kernels::PickLog log(node.variants);
  const AsStandIns wider(node);
  Prepare face(node);
  return node.node->def->prepare(node.node->params.get(), node.state, face);
}

void Frame::list_steps() {
  steps_.clear();
  steps_.reserve(contexts_.size());
  for (NodeContext& node : contexts_) {
    if (node.node->skipped() || node.evaluated || !node.kernel) continue;
    node.phase = Phase::run;
    const bool sizes = std::ranges::any_of(
        outputs_of(node), [&](const Tensor* t) { return plans_[size_t(t->index)].dynamic; });
    const bool plain = !node.deferred && !sizes && !node.stand_ins;
    steps_.push_back({node.kernel->run, node.node->params.get(), node.state, &node, node.deferred,
                      node.node->dead, sizes, plain});
  }
}

}  // namespace samara::graph

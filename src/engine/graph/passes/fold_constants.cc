#include <algorithm>
#include <memory>

#include "base/try.h"
#include "engine/graph/frame.h"
#include "engine/graph/passes/passes.h"

namespace samara::graph::passes {
namespace {

bool may_fold(const Subgraph& s, const Node& node) {
  // A node without inputs has its values from elsewhere, a variable's handle for one.
  if (node.dead || !node.def->info.pure || node.op->inputs.empty()) return false;
  return std::ranges::all_of(node.op->inputs, [&](int32_t i) {
    return i < 0 || (s.tensors[size_t(i)].constant && !s.tensors[size_t(i)].variable);
  });
}

/// The node's outputs become constants of the graph.
void adopt(Graph& graph, Subgraph& s, Node& node, Frame& frame) {
  for (const int32_t i : node.op->outputs) {
    Tensor& computed = frame.tensor(i);
    computed.constant = true;
    s.tensors[size_t(i)] = computed;
    graph.keep(frame.take_memory(i));
  }
  node.folded = true;
}

}  // namespace

void fold_constants(Graph& graph) {
  auto pool = ThreadPool::create({});
  if (!pool.ok()) return;
  PackedCache packed(
      graph.folded_budget().limit());  // what a folded node packs is of no use afterwards
  Execution::Options options;
  options.pool = pool->get();
  options.budget = &graph.folded_budget();
  Execution execution(graph, options, packed);
  graph::RunControl control;
  control.deadline_ns = deadline_after(graph.fold_ms());
  const auto fold = [&](Subgraph& s) -> Status {
    std::unique_ptr<Frame> frame;
    for (Node& node : s.nodes) {
      if (!may_fold(s, node)) continue;
      TRY(execution.control().poll());
      if (!frame) frame = std::make_unique<Frame>(execution, s, false);
      if (frame->fold(node.index).ok()) adopt(graph, s, node, *frame);
    }
    return ok();
  };
  // What there was no time for, or what fails, runs with the others.
  (void)execution.controlled(control, [&]() -> Status {
    for (Subgraph& s : graph.subgraphs()) TRY(fold(s));
    return ok();
  });
}

}  // namespace samara::graph::passes

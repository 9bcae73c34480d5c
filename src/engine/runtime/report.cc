// Session::report(): the plan in words and numbers.
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "base/text.h"
#include "base/try.h"
#include "engine/graph/frame.h"
#include "engine/runtime/model_impl.h"
#include "engine/runtime/session_impl.h"

namespace samara {
namespace {

using graph::Frame;
using graph::NodeContext;

/// Which of an operator's kernels: the first type that tells it from the others, the type for which
/// it stands, then the variants of kernel families that it took for this CPU.
std::string kernel_name(const NodeContext& node) {
  std::string out;
  if (!node.kernel) return out;
  const auto& types = node.kernel->types.type;
  const auto* const type = std::ranges::find_if(types, [](Type t) { return t != graph::kAny; });
  if (node.node->def->kernels[1].run && type != types.end()) out = name(*type);
  if (!node.node->wider.empty()) {
    const int operand = node.node->wider[0].operand;
    const graph::Tensor* const real = operand < node.input_count
                                          ? node.inputs[operand]
                                          : node.outputs[operand - node.input_count];
    out += cat(out.empty() ? "" : " ", "for ", name(real->type));
  }
  for (const std::string_view variant : node.variants)
    if (!variant.empty()) out += cat(out.empty() ? "" : " ", variant);
  return out;
}

std::string_view note_on(const NodeContext& node) {
  if (node.node->folded) return "folded";
  if (node.node->claimed) return "done by a delegate";
  if (node.evaluated) return "computed while planning";
  if (node.node->dead) return "dead: nobody needs its outputs";
  if (node.deferred) return "deferred: output shape depends on data";
  return "";
}

void add_tensors(const Frame& frame, std::vector<PlannedTensor>& out) {
  for (const graph::Tensor& t : frame.tensors()) {
    const graph::TensorPlan& p = frame.planned(t.index);
    if (p.block < 0) continue;
    PlannedTensor line;
    line.subgraph = frame.subgraph().index;
    line.index = t.index;
    line.name = t.name;
    line.offset = p.offset;
    line.bytes = t.bytes;
    line.first_node = p.first;
    line.last_node = p.last;
    line.shares_with = p.shares_with;
    out.push_back(line);
  }
}

void add_nodes(const schema::ModelFile& file, const Frame& frame, std::vector<PlannedNode>& out) {
  for (const graph::Node& node : frame.subgraph().nodes) {
    const NodeContext& context = frame.context(node.index);
    PlannedNode line;
    line.subgraph = frame.subgraph().index;
    line.index = node.number;
    line.op = file.codes()[node.op->code].name;
    line.kernel = kernel_name(context);
    line.note = note_on(context);
    out.push_back(line);
  }
}

uint64_t constant_bytes(const schema::ModelFile& file) {
  std::set<const std::byte*> seen;  // several tensors may share a buffer
  uint64_t sum = 0;
  for (const schema::Subgraph& s : file.subgraphs())
    for (const schema::Tensor& t : s.tensors)
      if (t.constant && !t.data.empty() && seen.insert(t.data.data()).second) sum += t.data.size();
  return sum;
}

}  // namespace

PlanReport Session::report() const {
  const graph::Graph& graph = *impl_->model->impl().graph;
  PlanReport report;
  report.arena_bytes = impl_->execution->budget().used();
  report.constant_bytes = constant_bytes(impl_->model->file());
  report.packed_bytes = graph.packed().bytes() + graph.folded_bytes();
  report.mapped_bytes = graph.packed().mapped_bytes();
  report.weight_cache = graph.packed().file_state();
  for (const graph::Subgraph& s : graph.subgraphs()) {
    const Frame* frame = impl_->execution->existing_frame(s.index);
    if (!frame) continue;
    add_tensors(*frame, report.tensors);
    add_nodes(impl_->model->file(), *frame, report.nodes);
  }
  return report;
}

Result<PlanReport> Session::explain(std::shared_ptr<const schema::ModelFile> file,
                                    const ModelOptions& options, const SessionOptions& how) {
  if (!file) return Error(Code::invalid_argument, "no model file is given");
  std::vector<graph::Refusal> refusals;
  TRY_SET(const auto model, build_model(std::move(file), options, &refusals));
  TRY_SET(const auto session, Session::create(model, how));
  graph::Execution& execution = *session->impl_->execution;
  for (const graph::Subgraph& s : model->impl().graph->subgraphs())
    if (!execution.existing_frame(s.index)) TRY(execution.frame(s.index).judge_by_types());
  PlanReport report = session->report();
  std::map<std::pair<int, int>, std::string_view> why;  // what was found out first
  for (const graph::Refusal& r : refusals) why.try_emplace({r.subgraph, r.node}, r.why);
  for (PlannedNode& node : report.nodes) {
    const auto found = why.find({node.subgraph, node.index});
    if (found != why.end()) node.refused = found->second;
  }
  return report;
}

}  // namespace samara

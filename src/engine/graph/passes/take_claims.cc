// The last of a claim's nodes stands for all of them; the others have no part in plans and runs.
#include <algorithm>

#include "base/try.h"
#include "engine/graph/passes/passes.h"

namespace samara::graph::passes {
namespace {

constexpr OpDef kClaimed =
    define_op<NoParams, parse_none, [](const NoParams&, Infer&) -> Status { return ok(); }>(
        {.name = "claimed"}, {{Types(), bind<NoParams, [](const NoParams&, Run&) -> Status {
                                 return Error(Code::internal, "was claimed by a delegate");
                               }>}});

Status take(Graph& graph, Subgraph& s, const Claim& claim) {
  Node* last = nullptr;
  for (Node& node : s.nodes) {
    if (std::ranges::count(claim.nodes, node.number) == 0) continue;
    node.claimed = true;
    node.def = &kClaimed;
    last = &node;
  }
  if (!last) return ok();
  last->claimed = false;
  last->def = claim.def;
  schema::Operator op;
  op.code = last->op->code;
  op.inputs = claim.inputs;
  op.outputs = claim.outputs;
  last->op = &graph.keep(std::move(op));
  return last->params.parse(*last->def, OpView(nullptr, 0, false, {}, 1, int(claim.inputs.size()),
                                               int(claim.outputs.size())));
}

}  // namespace

Status take_claims(Graph& graph) {
  for (const Claim& claim : graph.claims())
    TRY(take(graph, graph.subgraphs()[size_t(claim.subgraph)], claim));
  return ok();
}

}  // namespace samara::graph::passes

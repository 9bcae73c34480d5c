// The verifier has promised that indices are in range; this holds that the order makes sense: what
// a node reads was written before, and nothing is written twice or by a node that must not.
#include <vector>

#include "base/text.h"
#include "base/try.h"
#include "engine/graph/passes/passes.h"

namespace samara::graph::passes {
namespace {

std::string named(const Subgraph& s, int32_t tensor) {
  return cat("tensor ", tensor, " '", s.tensors[size_t(tensor)].name, "'");
}

Status check_node(const Subgraph& s, const Node& node, std::vector<bool>& written) {
  for (const int32_t i : node.op->inputs)
    if (i >= 0 && !written[size_t(i)])
      return Error(Code::invalid_model, cat("reads ", named(s, i), ", which nothing has written"));
  for (const int32_t i : node.op->outputs) {
    if (i < 0) return Error(Code::invalid_model, "has an output that is left out");
    if (written[size_t(i)])
      return Error(Code::invalid_model, cat("writes ", named(s, i), ", which already has a value"));
    written[size_t(i)] = true;
  }
  return ok();
}

Status check_subgraph(const Graph& graph, const Subgraph& s) {
  std::vector<bool> written(s.tensors.size());
  for (const Tensor& t : s.tensors) written[size_t(t.index)] = t.constant || t.variable;
  for (const int32_t i : s.file->inputs) {
    if (i < 0) return Error(Code::invalid_model, "an input of the subgraph is left out");
    written[size_t(i)] = true;
  }
  for (const Node& node : s.nodes)
    TRY(check_node(s, node, written).in([&] { return graph.place(s.index, node.index); }));
  for (const int32_t i : s.file->outputs) {
    if (i < 0) return Error(Code::invalid_model, "an output of the subgraph is left out");
    if (!written[size_t(i)])
      return Error(Code::invalid_model, cat("output ", named(s, i), " is never written"));
  }
  return ok();
}

}  // namespace

Status check_order(const Graph& graph) {
  for (const Subgraph& s : graph.subgraphs())
    TRY(check_subgraph(graph, s).in(
        [&] { return cat("subgraph ", s.index, " '", s.file->name, "'"); }));
  return ok();
}

}  // namespace samara::graph::passes

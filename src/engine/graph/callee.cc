#include "engine/graph/callee.h"

#include "engine/graph/node_context.h"

namespace samara::graph {

const Subgraph* Callee::subgraph(int index) const {
  const auto all = c_.execution->graph().subgraphs();
  return index >= 0 && size_t(index) < all.size() ? &all[size_t(index)] : nullptr;
}
bool Callee::observed() const { return c_.execution->control().sees_all(); }
uint64_t Callee::loop_limit() const { return c_.execution->options().loop_limit; }

}  // namespace samara::graph

#include <vector>

#include "engine/graph/passes/passes.h"

namespace samara::graph::passes {

void mark_dead_nodes(Graph& graph) {
  for (Subgraph& s : graph.subgraphs()) {
    std::vector<bool> needed(s.tensors.size());
    for (const int32_t i : s.file->outputs) needed[size_t(i)] = true;
    for (auto node = s.nodes.rbegin(); node != s.nodes.rend(); ++node) {
      bool alive = !node->def->info.pure;
      for (const int32_t i : node->op->outputs) alive = alive || needed[size_t(i)];
      // An operator that keeps its state in a variable has an effect, whatever it calls itself.
      for (const int32_t i : node->op->inputs)
        alive = alive || (i >= 0 && s.tensors[size_t(i)].variable);
      node->dead = !alive;
      if (alive && !node->skipped())
        for (const int32_t i : node->op->inputs)
          if (i >= 0) needed[size_t(i)] = true;
    }
  }
}

}  // namespace samara::graph::passes

// Callee: what an operator sees of a subgraph that it names: SCATTER, REDUCE and their kin take a
// function in the form of one, loops look for cells that they know in their bodies.
#pragma once

#include "engine/graph/graph.h"

namespace samara::graph {

class Callee : public Operands {
 public:
  explicit Callee(const Operands& n) : Operands(n) {}
  /// Null if there is no such subgraph.
  const Subgraph* subgraph(int index) const;
  /// Whether somebody watches the run's nodes, those of subgraphs too.
  bool observed() const;
  /// Most iterations of a loop; 0: no limit.
  uint64_t loop_limit() const;
};

}  // namespace samara::graph

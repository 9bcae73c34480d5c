// Callee: what an operator sees of a subgraph that it names: SCATTER, REDUCE and their kin take a
// function in the form of one.
#pragma once

#include "engine/graph/graph.h"

namespace samara::graph {

class Callee : public Operands {
 public:
  explicit Callee(const Operands& n) : Operands(n) {}
  /// Null if there is no such subgraph.
  const Subgraph* subgraph(int index) const;
};

}  // namespace samara::graph

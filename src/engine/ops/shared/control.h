// WHILE, IF and their kin: operands handed on to subgraphs.
#pragma once

#include <vector>

#include "engine/graph/op.h"

namespace samara::ops {

using Operand = Infer::Operand;

/// Types and shapes of the inputs from number `first` on.
std::vector<Operand> input_operands(const Operands& n, int first);
/// Plans a subgraph, whose outputs come back. `role` names it in errors: "the condition". Errors:
/// invalid_model (no such subgraph, another number of inputs or outputs).
Result<std::vector<Operand>> plan_call(Infer& n, int subgraph, const char* role,
                                       std::span<const Operand> inputs, int outputs);
/// Output i has the type of `operands[i]`, which `role` gives.
Status check_outputs(const Operands& n, const char* role, std::span<const Operand> operands);

/// infer of operators that run one of several subgraphs on the inputs from number `first` on.
struct Branch {
  int subgraph = 0;
  const char* role = "";  // as of plan_call()
};
Status infer_branches(Infer& n, int first, std::span<const Branch> branches);

/// The operands as lists that Run::call() takes; made in prepare, since run takes no heap memory.
struct CallState {
  std::vector<const Tensor*> inputs, outputs;
};
void list_operands(const Operands& n, int first_input, CallState& s);

}  // namespace samara::ops

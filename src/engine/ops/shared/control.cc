#include "engine/ops/shared/control.h"

namespace samara::ops {

std::vector<Operand> input_operands(const Operands& n, int first) {
  std::vector<Operand> out;
  for (int i = first; i < n.inputs(); ++i) out.push_back({n.in(i).type, n.in(i).shape, false});
  return out;
}

Result<std::vector<Operand>> plan_call(Infer& n, int subgraph, const char* role,
                                       std::span<const Operand> inputs, int outputs) {
  const int takes = n.subgraph_inputs(subgraph), gives = n.subgraph_outputs(subgraph);
  if (takes < 0)
    return Error(Code::invalid_model,
                 cat(role, " is subgraph ", subgraph, ", which does not exist"));
  if (takes != int(inputs.size()) || gives != outputs)
    return Error(Code::invalid_model,
                 cat(role, ", subgraph ", subgraph, ", takes ", takes, " and gives ", gives,
                     " tensors instead of ", inputs.size(), " and ", outputs));
  std::vector<Operand> out(static_cast<size_t>(outputs));
  TRY(n.plan_subgraph(subgraph, inputs, out));
  return out;
}

Status check_outputs(const Operands& n, const char* role, std::span<const Operand> operands) {
  for (int i = 0; i < n.outputs(); ++i)
    if (n.out(i).type != operands[size_t(i)].type)
      return Error(Code::invalid_model,
                   cat(role, " gives output ", i, " as ", name(operands[size_t(i)].type), ", '",
                       n.out(i).name, "' is ", name(n.out(i).type)));
  return ok();
}

Status infer_branches(Infer& n, int first, std::span<const Branch> branches) {
  const std::vector<Operand> inputs = input_operands(n, first);
  std::vector<Operand> outputs;
  for (const Branch& b : branches) {
    TRY_SET(auto given, plan_call(n, b.subgraph, b.role, inputs, n.outputs()));
    TRY(check_outputs(n, b.role, given));
    if (&b == branches.data()) outputs = std::move(given);
    for (size_t i = 0; i < outputs.size() && &b != branches.data(); ++i)
      outputs[i].dynamic |= given[i].dynamic || given[i].shape != outputs[i].shape;
  }
  for (int i = 0; i < n.outputs(); ++i) {
    const Operand& o = outputs[size_t(i)];
    if (!o.dynamic && n.out(i).type != Type::string) {
      TRY(n.set_shape(n.out(i), o.shape));
    } else {
      TRY(n.sized_by_run(n.out(i)));
    }
  }
  return ok();
}

void list_operands(const Operands& n, int first_input, CallState& s) {
  s = {};
  for (int i = first_input; i < n.inputs(); ++i) s.inputs.push_back(&n.in(i));
  for (int i = 0; i < n.outputs(); ++i) s.outputs.push_back(&n.out(i));
}

}  // namespace samara::ops

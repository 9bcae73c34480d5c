// STABLEHLO_CASE: runs the subgraph that input 0 numbers, or the last if there is none of that number,
// on inputs 1 and up. Builtin 209.
// Rules from: LiteRT tflite/kernels/stablehlo_case.cc.
#include "engine/ops/shared/control.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

struct Params {
  std::vector<Branch> branches;
};

Result<Params> parse(const OpView& v) {
  Params p;
  if (const auto* list = v.options<fb::StablehloCaseOptions>().branch_subgraph_indices())
    for (const int32_t subgraph : *list) p.branches.push_back({subgraph, "a branch"});
  if (p.branches.empty()) return Error(Code::invalid_model, "has no branch");
  return p;
}

Status infer(const Params& p, Infer& n) {
  TRY(all_present(n));
  if (n.inputs() < 1 || n.in(0).type != Type::i32 || n.in(0).shape.elements() != 1)
    return Error(Code::invalid_model, "the branch's number must be one int32");
  return infer_branches(n, 1, p.branches);
}

Status prepare(const Params&, CallState& s, Prepare& n) {
  list_operands(n, 1, s);
  return ok();
}

Status run(const Params& p, CallState& s, Run& n) {
  const int32_t number = *n.in_data<int32_t>(0);
  const bool known = number >= 0 && size_t(number) < p.branches.size();
  return n.call((known ? p.branches[size_t(number)] : p.branches.back()).subgraph, s.inputs,
                s.outputs);
}

}  // namespace

extern constinit const OpDef stablehlo_case = define_op<Params, CallState, parse, infer, prepare>(
    {.name = "STABLEHLO_CASE", .code = 209, .pure = false}, {{kAny, bind<Params, CallState, run>}});

}  // namespace samara::ops

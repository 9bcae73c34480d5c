// IF: runs one of two subgraphs on inputs 1 and up, as input 0, one bool, says. Builtin 118,
// version 1. Rules from: LiteRT tflite/kernels/if.cc.
#include "engine/ops/shared/control.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

struct Params {
  int then = 0, otherwise = 0;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::IfOptions>();
  return Params{o.then_subgraph_index(), o.else_subgraph_index()};
}

Status infer(const Params& p, Infer& n) {
  TRY(all_present(n));
  if (n.inputs() < 1 || n.in(0).type != Type::boolean || n.in(0).shape.elements() != 1)
    return Error(Code::invalid_model, "the condition must be one bool");
  const Branch branches[] = {{p.then, "the first branch"}, {p.otherwise, "the second branch"}};
  return infer_branches(n, 1, branches);
}

Status prepare(const Params&, CallState& s, Prepare& n) {
  list_operands(n, 1, s);
  return ok();
}

Status run(const Params& p, CallState& s, Run& n) {
  return n.call(*n.in_data<uint8_t>(0) != 0 ? p.then : p.otherwise, s.inputs, s.outputs);
}

}  // namespace

extern constinit const OpDef if_ = define_op<Params, CallState, parse, infer, prepare>(
    {.name = "IF", .code = 118, .versions = {1, 1}, .pure = false},
    {{kAny, bind<Params, CallState, run>}});

}  // namespace samara::ops

// CALL_ONCE: runs a subgraph without inputs and outputs, for its effects on variables, in a
// session's first run only. Builtin 129, version 1. Rules from: LiteRT tflite/kernels/call_once.cc.
#include "engine/ops/shared/control.h"

namespace samara::ops {
namespace {

struct Params {
  int subgraph = 0;
};
struct State {
  bool done = false;
};

Result<Params> parse(const OpView& v) {
  return Params{v.options<fb::CallOnceOptions>().init_subgraph_index()};
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(0, 0));
  TRY_SET(const auto none, plan_call(n, p.subgraph, "the initialisation", {}, 0));
  return ok();
}

Status prepare(const Params&, State&, Prepare&) { return ok(); }

Status run(const Params& p, State& s, Run& n) {
  if (s.done) return ok();
  TRY(n.call(p.subgraph, {}, {}));
  s.done = true;
  return ok();
}

}  // namespace

extern constinit const OpDef call_once = define_op<Params, State, parse, infer, prepare>(
    {.name = "CALL_ONCE", .code = 129, .versions = {1, 1}, .pure = false},
    {{kAny, bind<Params, State, run>}});

}  // namespace samara::ops

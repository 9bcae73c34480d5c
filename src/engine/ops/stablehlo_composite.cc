// STABLEHLO_COMPOSITE: an operation that a delegate may know by its name; here always its
// decomposition, a subgraph. Mostly that has taken the node's place (graph/passes/inline_composites.cc);
// where it cannot, it is called. Builtin 206.
// Rules from: LiteRT tflite/kernels/stablehlo_composite.cc.
#include "engine/ops/shared/control.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

struct Params {
  int decomposition = 0;
};

Result<Params> parse(const OpView& v) {
  return Params{v.options<fb::StableHLOCompositeOptions>().decomposition_subgraph_index()};
}

Status infer(const Params& p, Infer& n) {
  TRY(all_present(n));
  const Branch branches[] = {{p.decomposition, "the decomposition"}};
  return infer_branches(n, 0, branches);
}

Status prepare(const Params&, CallState& s, Prepare& n) {
  list_operands(n, 0, s);
  return ok();
}

Status run(const Params& p, CallState& s, Run& n) {
  return n.call(p.decomposition, s.inputs, s.outputs);
}

}  // namespace

extern constinit const OpDef stablehlo_composite =
    define_op<Params, CallState, parse, infer, prepare>(
        {.name = "STABLEHLO_COMPOSITE", .code = 206, .pure = false},
        {{kAny, bind<Params, CallState, run>}});

}  // namespace samara::ops

// STABLEHLO_SELECT: in 1 where the bools of in 0 are true, else in 2; one bool may count for all.
// Builtin 187. LiteRT has no kernel; rules from the StableHLO specification (select).
#include "engine/ops/shared/select.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(check_select_types(n));
  const Shape &condition = n.in(0).shape, &x = n.in(1).shape;
  if (x != n.in(2).shape || (condition.rank() != 0 && condition != x))
    return Error(Code::invalid_model,
                 cat("a condition of shape ", condition.text(), " does not choose between ",
                     x.text(), " and ", n.in(2).shape.text()));
  return n.set_shape(n.out(0), x);
}

Status run(const NoParams&, Run& n) { return run_select(n, n.in(0).shape); }

}  // namespace

extern constinit const OpDef stablehlo_select = define_mover<NoParams, parse_none, infer, run>(
    {.name = "STABLEHLO_SELECT", .code = 187, .in_place = 0b110}, kFixedSize, 1);

}  // namespace samara::ops

// STABLEHLO_RESHAPE: the same elements in the shape that the model gives the output. Builtin 167.
// LiteRT has no kernel; rules from the StableHLO specification (reshape).
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(infer_unary_type(n, 1));
  const Shape in = n.in(0).shape, out = n.out(0).shape;
  TRY(n.set_shape(n.out(0), out));
  if (in.elements() == out.elements()) return ok();
  return Error(Code::invalid_model, cat("cannot reshape ", in.text(), " to ", out.text()));
}

Status run(const NoParams&, Run& n) { return copy_bytes(n, n.out(0).shape); }

}  // namespace

extern constinit const OpDef stablehlo_reshape = define_mover<NoParams, parse_none, infer, run>(
    {.name = "STABLEHLO_RESHAPE", .code = 167, .in_place = 1}, kFixedSize);

}  // namespace samara::ops

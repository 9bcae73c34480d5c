// SELECT_V2: SELECT with its three inputs broadcast to one shape. Builtin 123, versions 1 to 2.
#include "engine/ops/shared/select.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(check_select_types(n));
  const std::array<Shape, 3> shapes{n.in(0).shape, n.in(1).shape, n.in(2).shape};
  TRY_SET(const Shape shape, broadcast_shape(shapes));
  return n.set_shape(n.out(0), shape);
}

Status run(const NoParams&, Run& n) { return run_select(n, n.in(0).shape); }

}  // namespace

extern constinit const OpDef select_v2 = define_mover<NoParams, parse_none, infer, run>(
    {.name = "SELECT_V2", .code = 123, .versions = {1, 2}, .in_place = 0b110}, kFixedSize, 1);

}  // namespace samara::ops

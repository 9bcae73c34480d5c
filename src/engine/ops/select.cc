// SELECT: input 1 where the bools of input 0 are true, else input 2. The bools are of the same
// shape, or a scalar, or one for each slice along the first dimension. Builtin 64, versions 1 to 4.
#include "engine/ops/shared/select.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(check_select_types(n));
  const Shape& condition = n.in(0).shape;
  const Shape& x = n.in(1).shape;
  if (!(x == n.in(2).shape)) {
    return Error(Code::invalid_model, cat("the values to select from have shapes ", x.text(),
                                          " and ", n.in(2).shape.text()));
  }
  const bool slices = condition.rank() == 1 && x.rank() > 0 && condition[0] == x[0];
  if (!(condition == x) && condition.elements() != 1 && !slices) {
    return Error(Code::invalid_model, cat("a condition of shape ", condition.text(),
                                          " does not fit values of shape ", x.text()));
  }
  return n.set_shape(n.out(0), x);
}

Status run(const NoParams&, Run& n) {
  const Shape& condition = n.in(0).shape;
  const Shape& x = n.in(1).shape;
  if (condition == x) return run_select(n, condition);
  if (condition.elements() == 1) return run_select(n, {});
  Shape slices{condition[0]};
  for (int i = 1; i < x.rank(); ++i) slices.push(1);
  return run_select(n, slices);
}

}  // namespace

extern constinit const OpDef select = define_mover<NoParams, parse_none, infer, run>(
    {.name = "SELECT", .code = 64, .versions = {1, 4}, .in_place = 0b110}, kFixedSize, 1);

}  // namespace samara::ops

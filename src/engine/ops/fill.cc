// FILL: a tensor of the shape in input 0 whose elements are all input 1. Builtin 94, versions 1 to
// 5. Rules from: LiteRT tflite/kernels/fill.cc.
#include "engine/ops/shared/move.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

Result<View> view(const Operands& n) {
  TRY_SET(const Shape shape, read_shape(n, 0));
  View out;
  for (const int32_t d : shape.dims()) out.push(d, 0);
  return out;
}

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(2, 1));
  TRY(n.has_type(n.in(0), {Type::i32, Type::i64}));
  TRY(n.has_rank(n.in(0), 1));
  TRY(n.has_rank(n.in(1), 0));
  TRY(n.same_type(n.in(1), n.out(0)));
  if (!n.known(0)) return n.defer();
  TRY_SET(const View v, view(n));
  return set_shape_or_later(n, n.out(0), v.shape);
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const View v, view(n));
  return copy_view(n, 1, v);
}

}  // namespace

extern constinit const OpDef fill = define_mover<NoParams, parse_none, infer, run>(
    {.name = "FILL", .code = 94, .versions = {1, 5}}, kFixedSizeAndString, 1);

}  // namespace samara::ops

// EXPAND_DIMS: inserts a dimension of size 1 at an axis. Builtin 70, version 1.
// Rules from: LiteRT tflite/kernels/expand_dims.cc (axis in [-rank - 1, rank]).
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

Result<Shape> output_shape(const Operands& n) {
  const Shape& in = n.in(0).shape;
  if (in.rank() == kMaxRank)
    return Error(Code::unsupported, cat("'", n.in(0).name, "' has rank ", kMaxRank, " already"));
  TRY_SET(const int64_t axis, read_int(n, 1));
  TRY_SET(const int at, resolve_axis(n, 1, axis, in.rank() + 1));
  Shape out;
  for (int i = 0; i < in.rank(); ++i) {
    if (i == at) out.push(1);
    out.push(in[i]);
  }
  if (at == in.rank()) out.push(1);
  return out;
}

Status infer(const NoParams&, Infer& n) {
  TRY(infer_unary_type(n, 2));
  TRY(n.has_type(n.in(1), {Type::i32, Type::i64}));
  if (!n.known(1)) return n.defer();
  TRY_SET(const Shape shape, output_shape(n));
  return set_shape_or_later(n, n.out(0), shape);
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const Shape shape, output_shape(n));
  return copy_bytes(n, shape);
}

}  // namespace

extern constinit const OpDef expand_dims = define_mover<NoParams, parse_none, infer, run>(
    {.name = "EXPAND_DIMS", .code = 70, .versions = {1, 1}, .in_place = 1}, kAllButHandles);

}  // namespace samara::ops

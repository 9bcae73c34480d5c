// TRANSPOSE: dimension i of the output is dimension perm[i] of the input. Builtin 39, versions 1
// to 9. Rules from: LiteRT tflite/kernels/transpose.cc (perm is int32, negative counts from the
// back).
#include "engine/ops/shared/move.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

Result<View> view(const Operands& n) {
  const Shape& in = n.in(0).shape;
  if (n.in(1).shape.elements() != in.rank())
    return Error(Code::invalid_model,
                 cat("perm has ", n.in(1).shape.elements(), " entries for rank ", in.rank()));
  TRY_SET(const Ints perm, read_ints(n, 1));
  const auto step = strides(in);
  View out;
  uint32_t seen = 0;
  for (const int64_t p : perm.span()) {
    TRY_SET(const int axis, resolve_axis(n, 1, p, in.rank()));
    if (seen >> axis & 1) return value_error(n, 1, cat("axis ", axis, " occurs twice in perm"));
    seen |= 1u << axis;
    out.push(in[axis], step[size_t(axis)]);
  }
  return out;
}

Status infer(const NoParams&, Infer& n) {
  TRY(infer_unary_type(n, 2));
  TRY(n.has_type(n.in(1), {Type::i32}));
  TRY(n.has_rank(n.in(1), 1));
  if (!n.known(1)) return n.defer();
  TRY_SET(const View v, view(n));
  return n.set_shape(n.out(0), v.shape);
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const View v, view(n));
  return copy_view(n, 0, v);
}

}  // namespace

extern constinit const OpDef transpose = define_mover<NoParams, parse_none, infer, run>(
    {.name = "TRANSPOSE", .code = 39, .versions = {1, 9}}, kFixedSizeAndPacked);

}  // namespace samara::ops

// BROADCAST_TO: the input repeated along dimensions of size 1, and missing ones, up to the shape in
// input 1. Builtin 130, versions 2 to 4. Rules from: LiteRT tflite/kernels/broadcast_to.cc.
#include "engine/ops/shared/move.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

Result<View> view(const Operands& n) {
  const Shape& in = n.in(0).shape;
  TRY_SET(const Shape shape, read_shape(n, 1));
  const auto step = strides(in);
  const int missing = shape.rank() - in.rank();
  const auto wrong = [&] {
    return value_error(n, 1, cat("cannot broadcast ", in.text(), " to ", shape.text()));
  };
  if (missing < 0) return wrong();
  View out;
  for (int i = 0; i < shape.rank(); ++i) {
    const int32_t size = i < missing ? 1 : in[i - missing];
    if (size != shape[i] && size != 1) return wrong();
    out.push(shape[i], size == 1 ? 0 : step[size_t(i - missing)]);
  }
  return out;
}

Status infer(const NoParams&, Infer& n) {
  TRY(infer_unary_type(n, 2));
  TRY(n.has_type(n.in(1), {Type::i32, Type::i64}));
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

extern constinit const OpDef broadcast_to = define_mover<NoParams, parse_none, infer, run>(
    {.name = "BROADCAST_TO", .code = 130, .versions = {1, 4}}, kFixedSizeAndPacked);

}  // namespace samara::ops

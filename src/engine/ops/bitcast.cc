// BITCAST: the same bytes as elements of the output's type; the last dimension appears or goes where
// one type is larger. Builtin 159, version 1. Rules from: LiteRT tflite/kernels/bitcast.cc.
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

Result<Shape> cast_shape(const Shape& in, int64_t from, int64_t to) {
  Shape shape = in;
  if (from > to) {
    if (in.rank() == kMaxRank)
      return Error(Code::unsupported, cat("would give rank ", kMaxRank + 1));
    shape.push(int32_t(from / to));
  } else if (from < to) {
    if (in.rank() == 0 || in.back() != to / from)
      return Error(Code::invalid_model,
                   cat("the shape is ", in.text(), "; its last dimension must be ", to / from));
    shape = Shape(in.dims().first(size_t(in.rank() - 1)));
  }
  return shape;
}

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(1, 1));
  for (const Tensor* t : {&n.in(0), &n.out(0)})
    if (element_size(t->type) == 0)
      return Error(Code::unsupported, cat(t == &n.in(0) ? "cannot take " : "cannot give ",
                                          name(t->type), ", whose elements are no whole bytes"));
  TRY_SET(const Shape shape,
          cast_shape(n.in(0).shape, element_size(n.in(0).type), element_size(n.out(0).type)));
  return n.set_shape(n.out(0), shape);
}

Status run(const NoParams&, Run& n) { return copy_bytes(n, n.out(0).shape); }

}  // namespace

extern constinit const OpDef bitcast = define_mover<NoParams, parse_none, infer, run>(
    {.name = "BITCAST", .code = 159, .versions = {1, 1}, .in_place = 1}, kFixedSize);

}  // namespace samara::ops

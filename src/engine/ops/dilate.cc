// DILATE: input 0 with dilation - 1 copies of input 2, one element, between neighbours along each
// dimension; input 1 has the dilations, 1 or more. Builtin 203, version 1.
// Rules from: LiteRT tflite/kernels/dilate.cc.
#include "engine/ops/shared/interior_pad.h"

namespace samara::ops {
namespace {

Result<InteriorPad> gaps(const Operands& n) {
  TRY_SET(const Ints dilations, read_ints(n, 1));
  InteriorPad out;
  out.low.size = out.high.size = out.interior.size = dilations.size;
  for (int i = 0; i < dilations.size; ++i) {
    if (dilations[i] < 1)
      return value_error(n, 1, cat("dilation ", dilations[i], " of dimension ", i, " is below 1"));
    out.interior[i] = dilations[i] - 1;
  }
  return out;
}

Status infer(const NoParams&, Infer& n) {
  TRY(infer_unary_type(n, 3));
  TRY(n.has_type(n.in(1), {Type::i32}));
  TRY(n.same_type(n.in(0), n.in(2)));
  const Shape& in = n.in(0).shape;
  if (n.in(1).shape != Shape{in.rank()})
    return Error(Code::invalid_model,
                 cat("the dilations have shape ", n.in(1).shape.text(), " for rank ", in.rank()));
  if (n.in(2).shape.elements() != 1)
    return Error(Code::invalid_model, cat("the padding value has shape ", n.in(2).shape.text(),
                                          " instead of one value"));
  if (!n.known(1)) return n.defer();
  TRY_SET(const InteriorPad p, gaps(n));
  TRY_SET(const Shape shape, padded_shape(in, p));
  return n.set_shape(n.out(0), shape);
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const InteriorPad p, gaps(n));
  run_interior_pad(n, p, n.in(2).data);
  return ok();
}

}  // namespace

extern constinit const OpDef dilate =
    define_mover<NoParams, parse_none, infer, run>({.name = "DILATE", .code = 203}, kFixedSize);

}  // namespace samara::ops

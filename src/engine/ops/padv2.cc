// PADV2: PAD with the value around the input given by input 2, a scalar of the same type and
// quantization. Builtin 60, versions 1 to 6. Rules from: LiteRT tflite/kernels/pad.cc.
#include "engine/ops/shared/pad.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(infer_padding(n, 3));
  TRY(n.same_type(n.in(0), n.in(2)));
  if (n.in(2).shape.elements() != 1)
    return Error(Code::invalid_model, cat("the value to pad with has shape ", n.in(2).shape.text(),
                                          " instead of one element"));
  if (!n.known(1)) return n.defer();
  TRY_SET(const Shape shape, padded_shape(n));
  return n.set_shape(n.out(0), shape);
}

Status run(const NoParams&, Run& n) { return run_pad(n, n.in(2).data); }

}  // namespace

extern constinit const OpDef padv2 = define_mover<NoParams, parse_none, infer, run>(
    {.name = "PADV2", .code = 60, .versions = {1, 6}}, kFixedSize);

}  // namespace samara::ops

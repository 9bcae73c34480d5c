// ZEROS_LIKE: zeros of the input's shape and type. Builtin 93, version 1.
// Rules from: LiteRT tflite/kernels/zeros_like.cc.
#include <cstring>

#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(infer_unary_type(n, 1));
  return n.set_shape(n.out(0), n.in(0).shape);
}

Status run(const NoParams&, Run& n) {
  if (n.out(0).bytes > 0) std::memset(n.out(0).data, 0, n.out(0).bytes);
  return ok();
}

}  // namespace

extern constinit const OpDef zeros_like = define_mover<NoParams, parse_none, infer, run>(
    {.name = "ZEROS_LIKE", .code = 93, .versions = {1, 1}, .from_shapes = true}, kFixedSize);

}  // namespace samara::ops

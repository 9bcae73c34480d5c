// MATRIX_DIAG: each row of the last dimension becomes the diagonal of a matrix of zeros. Builtin
// 113, version 1. Rules from: LiteRT tflite/kernels/matrix_diag.cc.
#include <cstring>

#include "engine/ops/shared/move.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(infer_unary_type(n, 1));
  Shape shape = n.in(0).shape;
  if (shape.rank() < 1 || shape.rank() >= kMaxRank)
    return Error(Code::invalid_model,
                 cat("takes rank 1 to ", kMaxRank - 1, ", not ", shape.rank()));
  shape.push(shape.back());
  return n.set_shape(n.out(0), shape);
}

Status run(const NoParams&, Run& n) {
  const Tensor &in = n.in(0), &out = n.out(0);
  if (out.bytes == 0) return ok();
  std::memset(out.data, 0, out.bytes);
  const int64_t size = element_size(in.type), side = in.shape.back();
  StridedCopy(size)
      .loop(in.shape.elements() / side, side * size, side * side * size)
      .loop(side, size, (side + 1) * size)
      .run(n.pool(), in.data, out.data);
  return ok();
}

}  // namespace

extern constinit const OpDef matrix_diag = define_mover<NoParams, parse_none, infer, run>(
    {.name = "MATRIX_DIAG", .code = 113, .versions = {1, 1}}, kFixedSize);

}  // namespace samara::ops

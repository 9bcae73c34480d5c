// MATRIX_SET_DIAG: the matrices in input 0 with their diagonals replaced by the rows of input 1.
// Builtin 115, version 1. Rules from: LiteRT tflite/kernels/matrix_set_diag.cc; the diagonals must
// be as many and as long as the matrices have them, which LiteRT does not check.
#include <algorithm>
#include <cstring>

#include "engine/ops/shared/move.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(infer_unary_type(n, 2));
  TRY(n.same_type(n.in(0), n.in(1)));
  const Shape& shape = n.in(0).shape;
  const int rank = shape.rank();
  if (rank < 2)
    return Error(Code::invalid_model, cat("takes matrices, not the shape ", shape.text()));
  Shape diagonal(shape.dims().first(size_t(rank - 2)));
  diagonal.push(std::min(shape[rank - 2], shape[rank - 1]));
  if (n.in(1).shape != diagonal)
    return Error(Code::invalid_model, cat("the diagonal has shape ", n.in(1).shape.text(), ", ",
                                          shape.text(), " needs ", diagonal.text()));
  return n.set_shape(n.out(0), shape);
}

Status run(const NoParams&, Run& n) {
  const Tensor &in = n.in(0), &diagonal = n.in(1), &out = n.out(0);
  if (out.bytes == 0) return ok();
  if (out.data != in.data) std::memcpy(out.data, in.data, in.bytes);
  const Shape& shape = in.shape;
  const int rank = shape.rank();
  const int64_t size = element_size(in.type), length = diagonal.shape.back();
  StridedCopy(size)
      .loop(shape.range(0, rank - 2), length * size, shape.range(rank - 2, rank) * size)
      .loop(length, size, (shape[rank - 1] + 1) * size)
      .run(n.pool(), diagonal.data, out.data);
  return ok();
}

}  // namespace

extern constinit const OpDef matrix_set_diag = define_mover<NoParams, parse_none, infer, run>(
    {.name = "MATRIX_SET_DIAG", .code = 115, .versions = {1, 1}, .in_place = 1}, kFixedSize);

}  // namespace samara::ops

// BATCH_TO_SPACE_ND: gathers a picture from pixels dealt out over the batch and crops it. Builtin
// 37, versions 1 to 4. Rules from: LiteRT tflite/kernels/batch_to_space_nd.cc.
#include "engine/ops/shared/batch_space.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(infer_batch_space(n));
  if (!n.known(1) || !n.known(2)) return n.defer();
  TRY_SET(const BlockShape b, read_block_shape(n));
  Shape shape = n.in(0).shape;
  for (int i = 0; i < b.block.size; ++i) {
    if (shape[0] % b.block[i] != 0)
      return value_error(
          n, 1,
          cat("a batch of ", n.in(0).shape[0], " does not divide into blocks of ", b.block[i]));
    shape[0] = int32_t(shape[0] / b.block[i]);
    const auto whole = checked_mul<int64_t>(shape[i + 1], b.block[i]);
    const int64_t crops = b.edges[2 * i] + b.edges[2 * i + 1];
    if (!whole || crops > *whole || !narrow<int32_t>(*whole - crops))
      return value_error(n, 2,
                         cat("dimension ", i + 1, " of ", shape[i + 1], " blocks of ", b.block[i],
                             " cannot be cropped by ", crops));
    shape[i + 1] = int32_t(*whole - crops);
  }
  return n.set_shape(n.out(0), shape);
}

Status run(const NoParams&, Run& n) {
  if (n.out(0).shape.elements() == 0) return ok();
  TRY_SET(const BlockShape b, read_block_shape(n));
  batch_space(b, n.out(0), n.in(0)).to_space(n.pool(), n.in(0).data, n.out(0).data);
  return ok();
}

}  // namespace

extern constinit const OpDef batch_to_space_nd = define_mover<NoParams, parse_none, infer, run>(
    {.name = "BATCH_TO_SPACE_ND", .code = 37, .versions = {1, 4}}, kFixedSize);

}  // namespace samara::ops

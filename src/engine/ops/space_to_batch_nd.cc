// SPACE_TO_BATCH_ND: pads a picture and deals its pixels out over the batch. Builtin 38, versions 1
// to 4. Rules from: LiteRT tflite/kernels/space_to_batch_nd.cc: the padding is 0, for 8-bit types
// the output's zero point.
#include <cstring>

#include "engine/ops/shared/batch_space.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(infer_batch_space(n));
  if (!n.known(1) || !n.known(2)) return n.defer();
  TRY_SET(const BlockShape b, read_block_shape(n));
  Shape shape = n.in(0).shape;
  int64_t batch = shape[0];
  for (int i = 0; i < b.block.size; ++i) {
    const int64_t padded = shape[i + 1] + b.edges[2 * i] + b.edges[2 * i + 1];
    if (padded % b.block[i] != 0)
      return value_error(n, 2,
                         cat("dimension ", i + 1, ", padded to ", padded,
                             ", does not divide into blocks of ", b.block[i]));
    const auto grown = checked_mul(batch, b.block[i]);
    if (!grown || !narrow<int32_t>(*grown) || !narrow<int32_t>(padded / b.block[i]))
      return value_error(n, 1, "the output would be too large");
    shape[i + 1] = int32_t(padded / b.block[i]);
    batch = *grown;
  }
  shape[0] = int32_t(batch);
  return n.set_shape(n.out(0), shape);
}

Status run(const NoParams&, Run& n) {
  const Tensor& out = n.out(0);
  TRY_SET(const BlockShape b, read_block_shape(n));
  if (out.shape.elements() == 0) return ok();
  bool padded = false;
  for (const int64_t e : b.edges.span()) padded = padded || e != 0;
  const bool bytes = out.type == Type::i8 || out.type == Type::u8;
  if (padded) std::memset(out.data, bytes ? out.quant.zero_point() : 0, out.bytes);
  if (n.in(0).shape.elements() == 0) return ok();
  batch_space(b, n.in(0), out).to_blocks(n.pool(), n.in(0).data, out.data);
  return ok();
}

}  // namespace

extern constinit const OpDef space_to_batch_nd = define_mover<NoParams, parse_none, infer, run>(
    {.name = "SPACE_TO_BATCH_ND", .code = 38, .versions = {1, 4}}, kFixedSize);

}  // namespace samara::ops

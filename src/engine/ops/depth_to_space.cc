// DEPTH_TO_SPACE: channels become blocks of pixels, row by row. Builtin 5, versions 1 to 2.
// Rules from: LiteRT tflite/kernels/depth_to_space.cc.
#include "engine/ops/shared/move.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

struct Params {
  int block = 0;
};

Result<Params> parse(const OpView& v) {
  const int block = v.options<fb::DepthToSpaceOptions>().block_size();
  if (block < 1) return Error(Code::invalid_model, cat("block_size is ", block));
  return Params{block};
}

Status infer(const Params& p, Infer& n) {
  TRY(infer_unary_type(n, 1));
  TRY(n.has_rank(n.in(0), 4));
  const Shape& in = n.in(0).shape;
  const int64_t squared = int64_t{p.block} * p.block;
  if (in[3] % squared != 0)
    return Error(Code::invalid_model,
                 cat(in[3], " channels do not divide into blocks of ", p.block, " by ", p.block));
  const int64_t height = int64_t{in[1]} * p.block, width = int64_t{in[2]} * p.block;
  if (!narrow<int32_t>(height) || !narrow<int32_t>(width))
    return Error(Code::invalid_model, cat("block_size ", p.block, " is too large"));
  return n.set_shape(n.out(0),
                     Shape{in[0], int32_t(height), int32_t(width), int32_t(in[3] / squared)});
}

Status run(const Params& p, Run& n) {
  const Shape& in = n.in(0).shape;
  const Shape& out = n.out(0).shape;
  if (out.elements() == 0) return ok();
  const int64_t depth = out[3] * element_size(n.in(0).type);
  const int64_t pixel = depth * p.block * p.block, row = out[2] * depth;
  StridedCopy(1)
      .loop(int64_t{in[0]} * in[1], in[2] * pixel, row * p.block)
      .loop(p.block, depth * p.block, row)
      .loop(in[2], pixel, depth * p.block)
      .loop(depth * p.block, 1, 1)
      .run(n.pool(), n.in(0).data, n.out(0).data);
  return ok();
}

}  // namespace

extern constinit const OpDef depth_to_space = define_mover<Params, parse, infer, run>(
    {.name = "DEPTH_TO_SPACE", .code = 5, .versions = {1, 2}}, kFixedSize);

}  // namespace samara::ops

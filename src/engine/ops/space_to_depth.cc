// SPACE_TO_DEPTH: blocks of pixels become channels, row by row. Builtin 26, versions 1 to 2.
// Rules from: LiteRT tflite/kernels/space_to_depth.cc.
#include "engine/ops/shared/move.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

struct Params {
  int block = 0;
};

Result<Params> parse(const OpView& v) {
  const int block = v.options<fb::SpaceToDepthOptions>().block_size();
  if (block < 1) return Error(Code::invalid_model, cat("block_size is ", block));
  return Params{block};
}

Status infer(const Params& p, Infer& n) {
  TRY(infer_unary_type(n, 1));
  TRY(n.has_rank(n.in(0), 4));
  const Shape& in = n.in(0).shape;
  for (const int i : {1, 2})
    if (in[i] % p.block != 0)
      return Error(Code::invalid_model, cat("dimension ", i, " of ", in.text(),
                                            " does not divide into blocks of ", p.block));
  const auto squared = checked_mul<int64_t>(p.block, p.block);
  const auto depth = squared ? checked_mul<int64_t>(*squared, in[3]) : squared;
  if (!depth || !narrow<int32_t>(*depth))
    return Error(Code::invalid_model, cat("block_size ", p.block, " is too large"));
  return n.set_shape(n.out(0), Shape{in[0], in[1] / p.block, in[2] / p.block, int32_t(*depth)});
}

Status run(const Params& p, Run& n) {
  const Shape& in = n.in(0).shape;
  const Shape& out = n.out(0).shape;
  if (out.elements() == 0) return ok();
  const int64_t depth = in[3] * element_size(n.in(0).type);
  const int64_t row = in[2] * depth, pixel = depth * p.block * p.block;
  StridedCopy(1)
      .loop(int64_t{in[0]} * out[1], row * p.block, out[2] * pixel)
      .loop(out[2], depth * p.block, pixel)
      .loop(p.block, row, depth * p.block)
      .loop(depth * p.block, 1, 1)
      .run(n.pool(), n.in(0).data, n.out(0).data);
  return ok();
}

}  // namespace

extern constinit const OpDef space_to_depth = define_mover<Params, parse, infer, run>(
    {.name = "SPACE_TO_DEPTH", .code = 26, .versions = {1, 2}}, kFixedSize);

}  // namespace samara::ops

#include "engine/ops/shared/batch_space.h"

#include <algorithm>
#include <limits>

#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

/// Places in the blocks whose picture place lies in the picture, for a shift.
struct Reach {
  int64_t first = 0, count = 0, picture = 0;  // picture: the first's place there
};
Reach reach(const BatchSpace::Dim& d, int64_t shift) {
  const int64_t origin = shift - d.before;
  Reach r;
  r.first = origin >= 0 ? 0 : (-origin + d.block - 1) / d.block;
  const int64_t end = d.space <= origin ? 0 : (d.space - 1 - origin) / d.block + 1;
  r.count = std::max<int64_t>(0, std::min(end, d.blocks) - r.first);
  r.picture = r.first * d.block + origin;
  return r;
}

}  // namespace

void BatchSpace::move(ThreadPool& pool, const std::byte* from, std::byte* to,
                      bool to_blocks) const {
  const int64_t space_row = dims[1].space * depth_bytes;
  const int64_t space_image = dims[0].space * space_row;
  const int64_t blocks_row = dims[1].blocks * depth_bytes;
  const int64_t blocks_image = dims[0].blocks * blocks_row;
  for (int64_t shift_h = 0; shift_h < dims[0].block; ++shift_h) {
    for (int64_t shift_w = 0; shift_w < dims[1].block; ++shift_w) {
      const Reach h = reach(dims[0], shift_h), w = reach(dims[1], shift_w);
      if (h.count == 0 || w.count == 0) continue;
      const int64_t image = (shift_h * dims[1].block + shift_w) * batch;
      const int64_t in_blocks = image * blocks_image + h.first * blocks_row + w.first * depth_bytes;
      const int64_t in_space = h.picture * space_row + w.picture * depth_bytes;
      StridedCopy copy(1);
      const auto loop = [&](int64_t count, int64_t space_step, int64_t blocks_step) {
        copy.loop(count, to_blocks ? space_step : blocks_step,
                  to_blocks ? blocks_step : space_step);
      };
      loop(batch, space_image, blocks_image);
      loop(h.count, space_row * dims[0].block, blocks_row);
      loop(w.count, depth_bytes * dims[1].block, depth_bytes);
      loop(depth_bytes, 1, 1);
      copy.run(pool, from + (to_blocks ? in_space : in_blocks),
               to + (to_blocks ? in_blocks : in_space));
    }
  }
}

Status infer_batch_space(Infer& n) {
  TRY(infer_unary_type(n, 3));
  const int rank = n.in(0).shape.rank();
  if (rank != 3 && rank != 4)
    return Error(Code::unsupported,
                 cat("'", n.in(0).name, "' has rank ", rank, "; it may have 3 or 4"));
  for (const int i : {1, 2}) TRY(n.has_type(n.in(i), {Type::i32}));
  if (n.in(1).shape != Shape{rank - 2})
    return Error(Code::invalid_model,
                 cat("the block shape has shape ", n.in(1).shape.text(), " for rank ", rank));
  if (n.in(2).shape != Shape{rank - 2, 2})
    return Error(Code::invalid_model,
                 cat("paddings or crops have shape ", n.in(2).shape.text(), " for rank ", rank));
  return same_quantization(n.in(0), n.out(0));
}

Result<BlockShape> read_block_shape(const Operands& n) {
  BlockShape out;
  TRY_SET(out.block, read_ints(n, 1));
  TRY_SET(out.edges, read_ints(n, 2));
  for (const int64_t b : out.block.span())
    if (b < 1) return value_error(n, 1, cat("a block size of ", b));
  for (const int64_t e : out.edges.span())
    if (e < 0) return value_error(n, 2, cat("a negative amount, ", e));
  return out;
}

BatchSpace batch_space(const BlockShape& shape, const Tensor& space, const Tensor& blocks) {
  BatchSpace out;
  const Shape& s = space.shape;
  out.batch = s[0];
  out.depth_bytes = s.back() * element_size(space.type);
  for (int i = 0; i < shape.block.size; ++i)
    out.dims[i] = {.space = s[i + 1],
                   .blocks = blocks.shape[i + 1],
                   .block = shape.block[i],
                   .before = shape.edges[2 * i]};
  return out;
}

}  // namespace samara::ops

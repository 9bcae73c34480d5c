// SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND: one mapping, read in both directions.
//
// "space" is the tensor with the whole picture, [batch, height, width, depth], "blocks" the one
// with it dealt out over the batch: picture (h, w) lies in batch (shift_h * block_w + shift_w) *
// batch + b at (h', w'), where h = h' * block_h + shift_h - before_h, and so for w.
// Source: LiteRT tflite/kernels/internal/reference/space_to_batch_nd.h.
#pragma once

#include "engine/ops/shared/move.h"

namespace samara::ops {

struct BatchSpace {
  struct Dim {
    int64_t space = 1, blocks = 1, block = 1, before = 0;
  };
  int64_t batch = 1, depth_bytes = 0;
  Dim dims[2];  // height and width; a tensor of rank 3 has width 1

  void to_blocks(ThreadPool& pool, const std::byte* space, std::byte* blocks) const {
    move(pool, space, blocks, true);
  }
  void to_space(ThreadPool& pool, const std::byte* blocks, std::byte* space) const {
    move(pool, blocks, space, false);
  }

 private:
  void move(ThreadPool& pool, const std::byte* from, std::byte* to, bool to_blocks) const;
};

/// Checks the operands: rank 3 or 4, block sizes and paddings or crops of fitting shapes and types.
Status infer_batch_space(Infer& n);
/// Block sizes, at least 1, and paddings or crops, at least 0; both inputs must be known.
struct BlockShape {
  Ints block, edges;
};
Result<BlockShape> read_block_shape(const Operands& n);
BatchSpace batch_space(const BlockShape& shape, const Tensor& space, const Tensor& blocks);

}  // namespace samara::ops

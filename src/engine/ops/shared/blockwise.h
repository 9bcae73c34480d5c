// Weights quantized in blocks along the depth, each with a scale of its own, for float input.
// Rules from: LiteRT tflite/kernels/fully_connected.cc (EvalBlockwise4Bit): rows of the input are
// quantized asymmetrically, and sums of blocks join in float. Fused activations, which LiteRT leaves
// out there, are applied. In the xnnpack profile rows are rounded to even and scales to bfloat16, as
// in XNNPACK src/operators/fully-connected-nc.c.
#pragma once

#include "engine/graph/op.h"
#include "engine/kernels/gemm_i8/conv_i8.h"
#include "engine/ops/shared/activation.h"
#include "engine/ops/shared/window.h"

namespace samara::ops {

/// The scales of a tensor whose last dimension is quantized in blocks: one a block, row by row.
class BlockScales {
 public:
  BlockScales() = default;
  /// Errors: invalid_model, unsupported where `t` and its scales do not fit each other.
  static Result<BlockScales> of(const Operands& n, const Tensor& t);
  float operator[](int64_t i) const;
  int32_t block() const { return block_; }
  /// Blocks in a row.
  int64_t blocks() const { return blocks_; }

 private:
  const Tensor* scales_ = nullptr;
  int32_t block_ = 1;
  int64_t blocks_ = 0;
};

/// FULLY_CONNECTED: rows of input 0, float32, times input 1, [units][depth] in blocks.
class BlockwiseLayer {
 public:
  /// Scratch slots 1, 2 and 3.
  static Status infer(Infer& n, int64_t rows);
  Status prepare(Prepare& n, int64_t rows, Range<float> range);
  /// `bias` may be null.
  void run(Run& n, const float* bias) const;

 private:
  kernels::ConvI8 matrix_;  // of one block
  int64_t rows_ = 0, units_ = 0, blocks_ = 0, block_bytes_ = 0;
  Range<float> range_;
  const std::byte* packed_ = nullptr;  // blocks' matrices
  const float* scales_ = nullptr;      // [blocks][units]
  const float* sums_ = nullptr;        // of each unit's weights
  RowRule rule_ = RowRule::asymmetric;
};

}  // namespace samara::ops

// HybridMatrix: a constant matrix of int8 times rows of floats, bit for bit as FULLY_CONNECTED computes
// it, for operators that do so with matrices that are none of their own operands.
#pragma once

#include <optional>
#include <string_view>

#include "engine/graph/op.h"
#include "engine/kernels/gemm_i8/conv_i8.h"
#include "engine/ops/shared/window.h"

namespace samara::ops {

class HybridMatrix {
 public:
  /// Whether it takes these weights: [columns][depth] of int8, one scale or one a column, and no zero
  /// points.
  static bool takes(const Tensor& weights);
  /// What run() needs for so many rows; no value: too much.
  static std::optional<int64_t> scratch_bytes(int64_t rows, int64_t depth);

  /// `asymmetric`: how the node quantizes rows where XNNPACK's rule does not hold.
  Status prepare(Prepare& n, std::string_view what, const Tensor& weights, bool asymmetric);
  /// out[row][column], with the bias where there is one.
  void run(const float* rows, int64_t count, const float* bias, std::byte* scratch, float* out,
           ThreadPool& pool) const;

 private:
  kernels::ConvI8 matrix_;
  RowRule rule_ = RowRule::symmetric;
  const std::byte* packed_ = nullptr;
  const float* scales_ = nullptr;  // of the columns
};

}  // namespace samara::ops

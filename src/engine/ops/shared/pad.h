// PAD, PADV2 and MIRROR_PAD: what stands before and after each dimension.
#pragma once

#include <array>
#include <cstdint>

#include "engine/ops/shared/move.h"

namespace samara::ops {

/// A tensor of whole-byte elements inside a larger one, dimensions without padding merged, so that
/// the last is as long as it can be.
struct Padding {
  struct Dim {
    int64_t before = 0, size = 1, after = 0;
    int64_t total() const { return before + size + after; }
  };
  std::array<Dim, kMaxRank> dims{};
  int rank = 0;
  int64_t inner = 1;  // elements in one step of the last dimension

  /// Output rows: all dimensions but the last.
  int64_t rows() const;
  int64_t row_elements() const { return dims[size_t(rank - 1)].total() * inner; }
};

/// Input 0's shape padded as input 1, of shape [rank, 2], says. Errors: negative or too large.
Result<Shape> padded_shape(const Operands& n);
/// The same merged; the values have been checked by padded_shape().
Result<Padding> padding(const Operands& n);

/// Checks operands that the three have in common; `inputs` of them.
Status infer_padding(Infer& n, int inputs);
/// Fills the border with copies of `value`, one element of the input's type.
Status run_pad(Run& n, const std::byte* value);

}  // namespace samara::ops

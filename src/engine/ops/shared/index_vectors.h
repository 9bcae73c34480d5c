// STABLEHLO_GATHER and STABLEHLO_SCATTER: a tensor of index vectors, which lie along one of its
// dimensions, or are single elements where that dimension is one past the last.
#pragma once

#include "engine/ops/shared/move.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {

/// The shape without dimension `dim`; all of it where dim is the rank.
Shape without(const Shape& shape, int64_t dim);
/// `dim` is a dimension of `indices` or one past the last, and a vector has `length` elements, as
/// the list `what` of options has. Errors: invalid_model.
Status check_index_vectors(const Shape& indices, int64_t dim, int length, const char* what);

class IndexVectors {
 public:
  IndexVectors(const Shape& indices, int64_t dim);
  int64_t count() const { return shape_.elements(); }
  const Shape& shape() const { return shape_; }
  /// From one element of a vector to the next.
  int64_t step() const { return step_; }
  struct Place {
    int64_t index = 0;  // of the vector's first element
    int64_t other = 0;  // in the other tensor
  };
  /// Vector number `v`; another tensor moves by `other_step` along the dimensions of shape().
  Place find(int64_t v, const Ints& other_step) const;

 private:
  Shape shape_;  // of the vectors
  int64_t step_ = 0;
  std::array<int64_t, kMaxRank> steps_{};  // along each dimension of shape_
};

}  // namespace samara::ops

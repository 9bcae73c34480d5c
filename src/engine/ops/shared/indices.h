// Indices in an input, of 16, 32 or 64 bits, as GATHER, GATHER_ND and SCATTER_ND take them.
#pragma once

#include "engine/ops/shared/move.h"

namespace samara::ops {

class Indices {
 public:
  explicit Indices(const Tensor& t) : data_(t.data), type_(t.type) {}
  int64_t operator[](int64_t i) const {
    switch (type_) {
      case Type::i16:
        return reinterpret_cast<const int16_t*>(data_)[i];
      case Type::i32:
        return reinterpret_cast<const int32_t*>(data_)[i];
      default:
        return reinterpret_cast<const int64_t*>(data_)[i];
    }
  }

 private:
  const std::byte* data_;
  Type type_;
};

/// Every index in input `input`, whose values are known, is in [0, limit).
Status check_indices(const Operands& n, int input, int64_t limit);
/// The last dimension of input `input` addresses the leading dimensions of `shape`: all in range.
Status check_coordinates(const Operands& n, int input, const Shape& shape);
/// Element number of `shape`'s leading dimensions that row `row` of coordinates addresses.
int64_t offset_of(const Indices& indices, int64_t row, int depth, const Shape& shape);

}  // namespace samara::ops

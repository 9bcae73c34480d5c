#include "engine/ops/shared/indices.h"

namespace samara::ops {
namespace {

Error out_of_range(const Operands& n, int input, int64_t position, int64_t index, int64_t limit) {
  return value_error(
      n, input,
      cat("index ", index, " at position ", position, " is out of range, [0, ", limit, ")"));
}

}  // namespace

Status check_indices(const Operands& n, int input, int64_t limit) {
  const Indices indices(n.in(input));
  const int64_t count = n.in(input).shape.elements();
  for (int64_t i = 0; i < count; ++i)
    if (indices[i] < 0 || indices[i] >= limit) return out_of_range(n, input, i, indices[i], limit);
  return ok();
}

Status check_coordinates(const Operands& n, int input, const Shape& shape) {
  const Indices indices(n.in(input));
  const int64_t count = n.in(input).shape.elements();
  if (count == 0) return ok();
  const int depth = n.in(input).shape.back();
  for (int64_t i = 0; i < count; ++i) {
    const int64_t limit = shape[int(i % depth)];
    if (indices[i] < 0 || indices[i] >= limit) return out_of_range(n, input, i, indices[i], limit);
  }
  return ok();
}

int64_t offset_of(const Indices& indices, int64_t row, int depth, const Shape& shape) {
  int64_t offset = 0;
  for (int d = 0; d < depth; ++d) offset = offset * shape[d] + indices[row * depth + d];
  return offset;
}

}  // namespace samara::ops

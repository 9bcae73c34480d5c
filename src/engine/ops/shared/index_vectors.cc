#include "engine/ops/shared/index_vectors.h"

namespace samara::ops {

Shape without(const Shape& shape, int64_t dim) {
  Shape out;
  for (int i = 0; i < shape.rank(); ++i)
    if (i != dim) out.push(shape[i]);
  return out;
}

Status check_index_vectors(const Shape& indices, int64_t dim, int length, const char* what) {
  if (dim < 0 || dim > indices.rank())
    return Error(Code::invalid_model,
                 cat("index_vector_dim ", dim, " is not from 0 to the rank of ", indices.text()));
  const int has = dim == indices.rank() ? 1 : indices[int(dim)];
  if (has == length) return ok();
  return Error(Code::invalid_model,
               cat(what, " has ", length, " entries for vectors of ", has, " indices"));
}

IndexVectors::IndexVectors(const Shape& indices, int64_t dim) : shape_(without(indices, dim)) {
  const auto steps = strides(indices);
  if (dim < indices.rank()) step_ = steps[size_t(dim)];
  for (int i = 0, d = 0; i < indices.rank(); ++i)
    if (i != dim) steps_[size_t(d++)] = steps[size_t(i)];
}

IndexVectors::Place IndexVectors::find(int64_t v, const Ints& other_step) const {
  Place out;
  for (int i = shape_.rank() - 1; i >= 0; --i) {
    out.index += v % shape_[i] * steps_[size_t(i)];
    out.other += v % shape_[i] * other_step[i];
    v /= shape_[i];
  }
  return out;
}

}  // namespace samara::ops

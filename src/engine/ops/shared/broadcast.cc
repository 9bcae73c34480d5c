#include "engine/ops/shared/broadcast.h"

#include <algorithm>

#include "engine/ops/shared/parallel.h"

namespace samara::ops {
namespace {

/// Dimension `i` counted from the last, 1 where the shape has no such dimension.
int32_t from_last(const Shape& s, int i) { return i < s.rank() ? s[s.rank() - 1 - i] : 1; }

}  // namespace

Result<Shape> broadcast_shape(std::span<const Shape> shapes) {
  int rank = 0;
  for (const Shape& s : shapes) rank = std::max(rank, s.rank());
  Shape out;
  for (int i = rank - 1; i >= 0; --i) {
    int32_t size = 1;
    for (const Shape& s : shapes) {
      const int32_t d = from_last(s, i);
      if (d == 1 || d == size) continue;
      if (size != 1) {
        std::string text = shapes[0].text();
        for (const Shape& other : shapes.subspan(1)) text += " and " + other.text();
        return Error(Code::invalid_model, cat("shapes ", text, " cannot be broadcast"));
      }
      size = d;
    }
    out.push(size);
  }
  return out;
}

Broadcast::Broadcast(const Shape& out, std::span<const Shape* const> inputs)
    : inputs_(int(inputs.size())) {
  std::array<int64_t, kMaxInputs> elements{1, 1, 1};
  for (int i = 0; i < out.rank(); ++i) {
    const int64_t size = from_last(out, i);
    total_ *= size;
    if (size == 1) continue;
    std::array<int64_t, kMaxInputs> stride{};
    bool mergeable = rank_ > 0;
    for (int k = 0; k < inputs_; ++k) {
      const int64_t d = from_last(*inputs[k], i);
      stride[k] = d == 1 ? 0 : elements[k];
      elements[k] *= d;
      if (rank_ > 0) mergeable &= stride[k] == stride_[rank_ - 1][k] * size_[rank_ - 1];
    }
    if (mergeable) {
      size_[rank_ - 1] *= size;
    } else {
      size_[rank_] = size;
      stride_[rank_++] = stride;
    }
  }
  if (rank_ == 0) size_[rank_++] = 1;
}

void Broadcast::walk(int64_t begin, int64_t end, FunctionRef<void(const Row&)> body) const {
  std::array<int64_t, kMaxRank> index{};
  Row row;
  row.step = stride_[0];
  row.out = begin;
  int64_t rest = begin;
  for (int d = 0; d < rank_; ++d) {
    index[d] = rest % size_[d];
    rest /= size_[d];
    for (int k = 0; k < inputs_; ++k) row.in[k] += index[d] * stride_[d][k];
  }
  while (row.out < end) {
    row.count = std::min(size_[0] - index[0], end - row.out);
    body(row);
    row.out += row.count;
    for (int k = 0; k < inputs_; ++k) row.in[k] -= index[0] * stride_[0][k];
    index[0] = 0;
    for (int d = 1; d < rank_; ++d) {
      for (int k = 0; k < inputs_; ++k) row.in[k] += stride_[d][k];
      if (++index[d] < size_[d]) break;
      for (int k = 0; k < inputs_; ++k) row.in[k] -= size_[d] * stride_[d][k];
      index[d] = 0;
    }
  }
}

void Broadcast::for_rows(ThreadPool& pool, FunctionRef<void(const Row&)> body) const {
  for_elements(pool, total_, [&](int64_t begin, int64_t end) { walk(begin, end, body); });
}

}  // namespace samara::ops

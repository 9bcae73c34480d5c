// Broadcasting: shapes aligned at their last dimension, where a missing dimension or one of size 1
// is repeated. Neighbouring dimensions that every operand treats alike are merged first, so most
// real cases (equal shapes, a scalar, a row) become one or two long loops.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/graph/op.h"

namespace samara::ops {

/// The shape that the operands have together. Errors: invalid_model when two sizes differ and
/// neither is 1.
Result<Shape> broadcast_shape(std::span<const Shape> shapes);

class Broadcast {
 public:
  static constexpr int kMaxInputs = 3;

  /// A run of `count` consecutive output elements: where it starts in the output and in each
  /// input, and how far an input moves per element (1, or 0 where its value is repeated).
  struct Row {
    int64_t out = 0;
    std::array<int64_t, kMaxInputs> in{};
    std::array<int64_t, kMaxInputs> step{};
    int64_t count = 0;
  };

  /// `out` is broadcast_shape() of the inputs, at most kMaxInputs.
  Broadcast(const Shape& out, std::span<const Shape* const> inputs);

  /// Calls body(row) until the whole output is covered, on the pool's threads.
  void for_rows(ThreadPool& pool, FunctionRef<void(const Row&)> body) const;

 private:
  void walk(int64_t begin, int64_t end, FunctionRef<void(const Row&)> body) const;

  int inputs_ = 0;
  int rank_ = 0;  // after merging; dimensions are held innermost first
  int64_t total_ = 1;
  std::array<int64_t, kMaxRank> size_{};
  std::array<std::array<int64_t, kMaxInputs>, kMaxRank> stride_{};
};

}  // namespace samara::ops

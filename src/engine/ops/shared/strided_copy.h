// StridedCopy: moves elements along nested loops with a step in the source and one in the
// destination. Slices, transposes, tiles, repeats and reversals are all such loops; what they have
// in common, long contiguous runs and blocks for transposes, is found here once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/graph/op.h"
#include "samara/base/thread_pool.h"

namespace samara::ops {

class StridedCopy {
 public:
  /// `unit` is the size of an element in bytes.
  explicit StridedCopy(int64_t unit) : unit_(unit) {}
  /// One more loop, inside those before it: so many turns, moving so many bytes at each (negative
  /// and 0 are fine). Destinations must not overlap. At most kMaxLoops.
  StridedCopy& loop(int64_t count, int64_t from, int64_t to);
  void run(ThreadPool& pool, const std::byte* from, std::byte* to);

  static constexpr int kMaxLoops = 2 * kMaxRank + 1;

 private:
  struct Loop {
    int64_t count = 1, from = 0, to = 0;
  };
  template <int kUnit>
  static void rows(const std::byte* from, std::byte* to, Loop outer, Loop inner);
  template <int kUnit>
  static void blocks(const std::byte* from, std::byte* to, Loop outer, Loop inner);
  void rows_any(const std::byte* from, std::byte* to, Loop outer, Loop inner) const;
  void blocks_any(const std::byte* from, std::byte* to, Loop outer, Loop inner) const;
  void simplify();
  void range(int64_t begin, int64_t end, const std::byte* from, std::byte* to) const;

  int64_t unit_;
  int size_ = 0;
  bool empty_ = false, transposes_ = false;
  std::array<Loop, kMaxLoops> loops_{};
};

/// A view of an input: element (i0, i1 ...) of `shape` is input element base + sum of i_d * step_d.
struct View {
  Shape shape;
  int64_t base = 0;
  std::array<int64_t, kMaxRank> step{};
  void push(int32_t count, int64_t s) {
    step[size_t(shape.rank())] = s;
    shape.push(count);
  }
};
/// Distances between neighbours along each dimension, in elements.
std::array<int64_t, kMaxRank> strides(const Shape& shape);
/// Fills the output with the view of input `input`; strings and parts of bytes too.
Status copy_view(Run& n, int input, const View& view);

}  // namespace samara::ops

#include "engine/ops/shared/strided_copy.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/graph/strings.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

constexpr int64_t kParallelBytes = 128 * 1024;  // less is not worth waking a thread
constexpr int64_t kBlock = 16;                  // a block's rows stay in the nearest cache

}  // namespace

StridedCopy& StridedCopy::loop(int64_t count, int64_t from, int64_t to) {
  if (count == 0) empty_ = true;
  if (count <= 1) return *this;
  // Two loops are one where the outer's step is the inner's whole way, in source and destination.
  Loop* last = size_ > 0 ? &loops_[size_t(size_ - 1)] : nullptr;
  if (last && last->from == count * from && last->to == count * to) {
    *last = {last->count * count, from, to};
  } else {
    loops_[size_t(size_++)] = {count, from, to};
  }
  return *this;
}

void StridedCopy::simplify() {
  // An innermost loop over neighbours is a longer element.
  if (size_ > 0 && loops_[size_t(size_ - 1)].from == unit_ &&
      loops_[size_t(size_ - 1)].to == unit_) {
    unit_ *= loops_[size_t(size_ - 1)].count;
    --size_;
  }
  // A transpose reads neighbours along one loop and writes them along another: both go innermost.
  const Loop& inner = loops_[size_t(std::max(size_ - 1, 0))];
  if (size_ >= 2 && inner.to == unit_ && unit_ <= 8 && (unit_ & (unit_ - 1)) == 0) {
    for (int i = size_ - 2; i >= 0 && !transposes_; --i) {
      if (loops_[size_t(i)].from != unit_) continue;
      transposes_ = true;
      std::rotate(loops_.begin() + i, loops_.begin() + i + 1, loops_.begin() + size_ - 1);
    }
  }
  // Long elements are rows of their own, so that threads can share them.
  if (unit_ >= 1024 && size_ < kMaxLoops) loops_[size_t(size_++)] = {};
  for (; size_ < 2; ++size_) {
    std::copy_backward(loops_.begin(), loops_.begin() + size_, loops_.begin() + size_ + 1);
    loops_[0] = {};
  }
}

void StridedCopy::run(ThreadPool& pool, const std::byte* from, std::byte* to) {
  if (empty_ || unit_ == 0) return;
  simplify();
  int64_t rows = 1;
  for (int i = 0; i < size_ - 1; ++i) rows *= loops_[size_t(i)].count;
  const int64_t row_bytes = loops_[size_t(size_ - 1)].count * unit_;
  if (rows == 1 && row_bytes == unit_) {  // all of it is one run
    if (unit_ < kParallelBytes) {
      std::memcpy(to, from, size_t(unit_));
      return;
    }
    pool.parallel_for(size_t(unit_), size_t(kParallelBytes), [&](size_t begin, size_t end) {
      std::memcpy(to + begin, from + begin, end - begin);
    });
    return;
  }
  if (rows * row_bytes < kParallelBytes) return range(0, rows, from, to);
  const int64_t grain = std::max<int64_t>(1, kParallelBytes / 2 / row_bytes);
  pool.parallel_for(size_t(rows), size_t(grain), [&](size_t begin, size_t end) {
    range(int64_t(begin), int64_t(end), from, to);
  });
}

/// Rows [begin, end) of the loops but the innermost, counted as one.
void StridedCopy::range(int64_t begin, int64_t end, const std::byte* from, std::byte* to) const {
  const Loop& second = loops_[size_t(size_ - 2)];
  const Loop& inner = loops_[size_t(size_ - 1)];
  while (begin < end) {
    int64_t rest = begin / second.count;
    const int64_t first = begin % second.count;
    const int64_t take = std::min(end - begin, second.count - first);
    int64_t f = first * second.from, t = first * second.to;
    for (int i = size_ - 3; i >= 0; --i) {
      const Loop& l = loops_[size_t(i)];
      f += rest % l.count * l.from;
      t += rest % l.count * l.to;
      rest /= l.count;
    }
    const Loop outer{take, second.from, second.to};
    if (transposes_) {
      blocks_any(from + f, to + t, outer, inner);
    } else {
      rows_any(from + f, to + t, outer, inner);
    }
    begin += take;
  }
}

template <int kUnit>
void StridedCopy::rows(const std::byte* from, std::byte* to, Loop outer, Loop inner) {
  for (int64_t i = 0; i < outer.count; ++i, from += outer.from, to += outer.to) {
    const std::byte* f = from;
    std::byte* t = to;
    if (inner.from == 0) {  // a repeated value, which no store to the output can change
      std::byte value[kUnit];
      std::memcpy(value, f, kUnit);
      for (int64_t j = 0; j < inner.count; ++j, t += inner.to) std::memcpy(t, value, kUnit);
    } else {
      for (int64_t j = 0; j < inner.count; ++j, f += inner.from, t += inner.to)
        std::memcpy(t, f, kUnit);
    }
  }
}

/// outer.from and inner.to are one element: a transpose, in blocks that use whole cache lines.
template <int kUnit>
void StridedCopy::blocks(const std::byte* from, std::byte* to, Loop outer, Loop inner) {
  for (int64_t i0 = 0; i0 < outer.count; i0 += kBlock) {
    const int64_t i1 = std::min(i0 + kBlock, outer.count);
    for (int64_t j0 = 0; j0 < inner.count; j0 += kBlock) {
      const int64_t j1 = std::min(j0 + kBlock, inner.count);
      for (int64_t i = i0; i < i1; ++i) {
        const std::byte* f = from + i * kUnit + j0 * inner.from;
        std::byte* t = to + i * outer.to + j0 * kUnit;
        for (int64_t j = j0; j < j1; ++j, f += inner.from, t += kUnit) std::memcpy(t, f, kUnit);
      }
    }
  }
}

void StridedCopy::rows_any(const std::byte* from, std::byte* to, Loop outer, Loop inner) const {
  switch (unit_) {
    case 1:
      return rows<1>(from, to, outer, inner);
    case 2:
      return rows<2>(from, to, outer, inner);
    case 3:
      return rows<3>(from, to, outer, inner);
    case 4:
      return rows<4>(from, to, outer, inner);
    case 8:
      return rows<8>(from, to, outer, inner);
    case 12:
      return rows<12>(from, to, outer, inner);
    case 16:
      return rows<16>(from, to, outer, inner);
    default:
      break;
  }
  for (int64_t i = 0; i < outer.count; ++i)
    for (int64_t j = 0; j < inner.count; ++j)
      std::memcpy(to + i * outer.to + j * inner.to, from + i * outer.from + j * inner.from,
                  size_t(unit_));
}

void StridedCopy::blocks_any(const std::byte* from, std::byte* to, Loop outer, Loop inner) const {
  switch (unit_) {
    case 1:
      return blocks<1>(from, to, outer, inner);
    case 2:
      return blocks<2>(from, to, outer, inner);
    case 4:
      return blocks<4>(from, to, outer, inner);
    default:
      return blocks<8>(from, to, outer, inner);
  }
}

std::array<int64_t, kMaxRank> strides(const Shape& shape) {
  std::array<int64_t, kMaxRank> out{};
  int64_t step = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    out[size_t(i)] = step;
    step *= shape[i];
  }
  return out;
}

Status copy_view(Run& n, int input, const View& view) {
  const Tensor& in = n.in(input);
  const Tensor& out = n.out(0);
  const auto source = [&](int64_t i) {
    int64_t at = view.base;
    for (int d = view.shape.rank() - 1; d >= 0; --d) {
      at += i % view.shape[d] * view.step[size_t(d)];
      i /= view.shape[d];
    }
    return at;
  };
  if (in.type == Type::string) return pick_strings(n, in, out, view.shape, source);
  if (bits(in.type) < 8) {
    pick_packed(in, out, source);
    return ok();
  }
  if (view.shape.elements() == 0) return ok();
  const int64_t size = element_size(in.type);
  const auto to = strides(view.shape);
  StridedCopy copy(size);
  for (int d = 0; d < view.shape.rank(); ++d)
    copy.loop(view.shape[d], view.step[size_t(d)] * size, to[size_t(d)] * size);
  copy.run(n.pool(), in.data + view.base * size, out.data);
  return ok();
}

}  // namespace samara::ops

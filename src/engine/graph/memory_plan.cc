// Greedy by size: the largest block first, each into the smallest gap between those already placed
// that live at the same time (Pisarchyk, Lee: Efficient Memory Management for Deep Neural Net
// Inference, 2020). Comparing every pair is quadratic, which a model of a hundred thousand tensors
// would feel: beyond kLargest blocks the small rest is placed by a sweep over time, above the
// others, in O(n log n).
#include "engine/graph/memory_plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "base/checked.h"
#include "base/try.h"
#include "engine/graph/memory.h"

namespace samara::graph {
namespace {

constexpr size_t kLargest = 4096;

uint64_t rounded(const Block& b) { return (b.bytes + kAlignment - 1) & ~(kAlignment - 1); }

Status check_sum(std::span<const Block> blocks) {
  uint64_t sum = 0;
  for (const Block& b : blocks) {
    const auto size = align_up(b.bytes, kAlignment);
    const auto next = size ? checked_add(sum, *size) : std::nullopt;
    if (!next) return Error(Code::resource_exhausted, "needs more than 2^64 bytes of activations");
    sum = *next;
  }
  return ok();
}

/// Best gap for `b` among `placed`, which is sorted by offset.
uint64_t best_offset(const Block& b, std::span<const Block* const> placed) {
  const uint64_t need = rounded(b);
  uint64_t best = UINT64_MAX, best_gap = UINT64_MAX, end = 0;
  for (const Block* other : placed) {
    if (other->last < b.first || other->first > b.last) continue;
    if (other->offset >= end) {
      const uint64_t gap = other->offset - end;
      if (gap >= need && gap < best_gap) {
        best = end;
        best_gap = gap;
      }
    }
    end = std::max(end, other->offset + rounded(*other));
  }
  return best == UINT64_MAX ? end : best;
}

uint64_t place_by_size(std::span<Block* const> by_size) {
  std::vector<const Block*> placed;
  placed.reserve(by_size.size());
  uint64_t total = 0;
  for (Block* b : by_size) {
    b->offset = best_offset(*b, placed);
    total = std::max(total, b->offset + rounded(*b));
    const auto at =
        std::upper_bound(placed.begin(), placed.end(), b,
                         [](const Block* x, const Block* y) { return x->offset < y->offset; });
    placed.insert(at, b);
  }
  return total;
}

/// Free ranges by offset and by size; neighbours are joined.
class FreeRanges {
 public:
  /// The smallest range that holds `size`, else new memory at the end.
  uint64_t take(uint64_t size) {
    const auto found = by_size_.lower_bound({size, 0});
    if (found == by_size_.end()) {
      const uint64_t offset = end_;
      end_ += size;
      return offset;
    }
    const auto [length, offset] = *found;
    by_size_.erase(found);
    by_offset_.erase(offset);
    if (length > size) add(offset + size, length - size);
    return offset;
  }
  void give(uint64_t offset, uint64_t size) {
    auto next = by_offset_.lower_bound(offset);
    if (next != by_offset_.end() && next->first == offset + size) {
      size += next->second;
      by_size_.erase({next->second, next->first});
      next = by_offset_.erase(next);
    }
    if (next != by_offset_.begin()) {
      const auto before = std::prev(next);
      if (before->first + before->second == offset) {
        offset = before->first;
        size += before->second;
        by_size_.erase({before->second, before->first});
        by_offset_.erase(before);
      }
    }
    add(offset, size);
  }
  uint64_t end() const { return end_; }

 private:
  void add(uint64_t offset, uint64_t size) {
    by_offset_[offset] = size;
    by_size_.insert({size, offset});
  }
  std::map<uint64_t, uint64_t> by_offset_;
  std::set<std::pair<uint64_t, uint64_t>> by_size_;
  uint64_t end_ = 0;
};

uint64_t place_by_time(std::span<Block*> blocks, uint64_t base) {
  std::stable_sort(blocks.begin(), blocks.end(),
                   [](const Block* x, const Block* y) { return x->first < y->first; });
  std::multimap<int, const Block*> alive;  // by last step
  FreeRanges free;
  for (Block* b : blocks) {
    while (!alive.empty() && alive.begin()->first < b->first) {
      const Block& gone = *alive.begin()->second;
      free.give(gone.offset - base, rounded(gone));
      alive.erase(alive.begin());
    }
    b->offset = base + free.take(rounded(*b));
    alive.emplace(b->last, b);
  }
  return base + free.end();
}

}  // namespace

Result<uint64_t> place(std::span<Block> blocks) {
  TRY(check_sum(blocks));
  std::vector<Block*> order;
  order.reserve(blocks.size());
  for (Block& b : blocks) {
    b.offset = 0;
    if (b.bytes > 0) order.push_back(&b);
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const Block* x, const Block* y) { return x->bytes > y->bytes; });
  const size_t largest = std::min(order.size(), kLargest);
  const uint64_t total = place_by_size(std::span(order).first(largest));
  if (largest == order.size()) return total;
  return place_by_time(std::span(order).subspan(largest), total);
}

}  // namespace samara::graph

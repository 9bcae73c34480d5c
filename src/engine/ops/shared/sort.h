// sort(): numbers of elements put into an order, however many, by a run that may be told to end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "engine/graph/poller.h"

namespace samara::ops {

/// What is sorted in one go.
constexpr size_t kSortPiece = 16 * 1024;

/// Sorts `items` by `before`, a strict total order, so that every way to sort gives the same.
/// `spare` is memory for as many, if they are more than kSortPiece. Errors: cancelled, deadline_exceeded.
template <class T, class Before>
Status sort(const Run& n, std::span<T> items, std::span<T> spare, const Before& before) {
  Poller poll(n);
  for (size_t i = 0; i < items.size(); i += kSortPiece) {
    const auto piece = items.subspan(i, std::min(kSortPiece, items.size() - i));
    std::sort(piece.begin(), piece.end(), before);
    TRY(poll(int64_t(piece.size()) * 16));
  }
  std::span<T> from = items, to = spare;
  for (size_t run = kSortPiece; run < items.size(); run *= 2, std::swap(from, to)) {
    for (size_t begin = 0; begin < items.size(); begin += 2 * run) {
      const size_t middle = std::min(begin + run, items.size());
      const size_t end = std::min(middle + run, items.size());
      size_t left = begin, right = middle;
      for (size_t i = begin; i < end; ++i) {
        TRY(poll());
        const bool second = left == middle || (right < end && before(from[right], from[left]));
        to[i] = from[second ? right++ : left++];
      }
    }
  }
  if (from.data() != items.data()) std::copy_n(from.begin(), items.size(), items.begin());
  return ok();
}

}  // namespace samara::ops

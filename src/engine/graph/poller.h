// Poller: for loops of one operator that no thread pool shares out: asks now and then whether the run
// is to end.
//
//   Poller poll(n);
//   for (...) { TRY(poll(width)); ... }
#pragma once

#include <cstdint>

#include "engine/graph/op.h"

namespace samara::graph {

class Poller {
 public:
  explicit Poller(const Run& n) : n_(n) {}
  /// Counts `work`, of which an addition is 1, and asks once it comes to kOften. Errors: cancelled,
  /// deadline_exceeded.
  Status operator()(int64_t work = 1) {
    left_ -= work;
    if (left_ > 0) [[likely]]
      return {};
    left_ = kOften;
    return n_.poll();
  }
  /// Far below a millisecond, and far above what it takes to ask.
  static constexpr int64_t kOften = 64 * 1024;

 private:
  const Run& n_;
  int64_t left_ = kOften;
};

}  // namespace samara::graph

// for_elements(): element-by-element work over the pool, on this thread alone where it is small.
#pragma once

#include <algorithm>
#include <cstdint>

#include "samara/base/function_ref.h"
#include "samara/base/thread_pool.h"

namespace samara::ops {

/// So many elements that the work outweighs waking a thread.
constexpr int64_t kGrain = 16 * 1024;

/// Calls body(begin, end) over ranges that cover [0, count); `cost` is an element's work compared
/// with an addition's.
inline void for_elements(ThreadPool& pool, int64_t count,
                         FunctionRef<void(int64_t begin, int64_t end)> body, int64_t cost = 1) {
  if (count <= 0) return;
  const int64_t grain = std::max<int64_t>(1, kGrain / std::max<int64_t>(1, cost));
  if (count <= grain) return body(0, count);
  pool.parallel_for(size_t(count), size_t(grain),
                    [&](size_t begin, size_t end) { body(int64_t(begin), int64_t(end)); });
}

}  // namespace samara::ops

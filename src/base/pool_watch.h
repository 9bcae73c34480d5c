// PoolWatch: sees when the threads of pools work, for profilers. There is one for the process; while
// there is none a pool looks once a region and thread at a null pointer.
#pragma once

#include <atomic>
#include <cstdint>

namespace samara {

class PoolWatch {
 public:
  /// A thread has done its part of a region. Called on that thread, before the region's caller goes
  /// on. `thread` is its number in its pool, 0 the caller; times in nanoseconds of steady_clock.
  virtual void worked(int thread, int64_t begin_ns, int64_t end_ns) = 0;

 protected:
  ~PoolWatch() = default;
};

extern std::atomic<PoolWatch*> pool_watch;

}  // namespace samara

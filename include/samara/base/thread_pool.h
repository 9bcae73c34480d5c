// ThreadPool: workers that spin briefly and then park; one pool may serve every session.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "samara/base/export.h"
#include "samara/base/function_ref.h"
#include "samara/base/result.h"

namespace samara {

class SAMARA_API ThreadPool {
 public:
  struct Options {
    /// Threads that work in a parallel region, the caller among them; 1 makes no thread at all.
    int threads = 1;
    /// CPU numbers that the workers are bound to, in turn; empty leaves it to the system.
    std::span<const int> affinity = {};
    /// How long a worker spins for the next region before it parks, in microseconds.
    int spin_us = 50;
  };

  /// Errors   invalid_argument    threads is not in 1..1024, a CPU number not in 0..1023
  ///          resource_exhausted  the system gives no more threads
  /// Threads  any
  static Result<std::unique_ptr<ThreadPool>> create(const Options& options);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const;

  /// Calls body(begin, end) over disjoint ranges that cover [0, count), each a multiple of `grain`
  /// long but for the last, and returns when all are done.
  ///
  /// Errors   none; body must not throw
  /// Threads  any; while one caller has the workers, another's range runs on that caller's thread
  ///          alone, and so does a call from inside a body
  /// Memory   none from the heap
  void parallel_for(size_t count, size_t grain, FunctionRef<void(size_t begin, size_t end)> body);

 private:
  struct Impl;
  explicit ThreadPool(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace samara

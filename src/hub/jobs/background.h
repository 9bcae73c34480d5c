// Background: work that a request begins and need not wait for.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

#include "samara/base/result.h"

namespace samara::hub {

class Background {
 public:
  explicit Background(int most) : most_(most) {}
  /// Waits for what is under way.
  ~Background();

  /// Does the work in a thread of its own and waits so long for its end. The value: whether it came.
  ///
  /// Errors   unavailable  so much is under way already that this is not begun
  /// Threads  any
  Result<bool> run(std::function<void()> work, std::chrono::milliseconds patience);

 private:
  const int most_;
  std::mutex mutex_;
  std::condition_variable ended_;
  int running_ = 0;
};

}  // namespace samara::hub

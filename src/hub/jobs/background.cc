#include "hub/jobs/background.h"

#include <memory>
#include <thread>

namespace samara::hub {

Background::~Background() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return running_ == 0; });
}

Result<bool> Background::run(std::function<void()> work, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  if (running_ >= most_)
    return Error(Code::unavailable, "too much is under way already; try again");
  ++running_;
  const auto done = std::make_shared<bool>(false);
  std::thread([this, done, work = std::move(work)] {
    work();
    const std::lock_guard ending(mutex_);
    *done = true;
    --running_;
    ended_.notify_all();  // under the lock: who waits in the destructor must not be quicker
  }).detach();
  ended_.wait_for(lock, patience, [&] { return *done; });
  return *done;
}

}  // namespace samara::hub

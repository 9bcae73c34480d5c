#include "base/clock.h"

#include <chrono>
#include <thread>

namespace samara {
namespace {

template <class C>
int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(C::now().time_since_epoch()).count();
}

class SystemClock final : public Clock {
 public:
  int64_t wall_ms() override { return now_ms<std::chrono::system_clock>(); }
  int64_t steady_ms() override { return now_ms<std::chrono::steady_clock>(); }
  void sleep_ms(int64_t duration) override {
    if (duration > 0) std::this_thread::sleep_for(std::chrono::milliseconds(duration));
  }
};

}  // namespace

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

}  // namespace samara

// Time as the fleet asks for it: an object that the caller gives, so that tests can hold it still,
// turn it back and let hours pass at once.
#pragma once

#include <cstdint>

namespace samara {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Milliseconds since 1970 in UTC, as the device believes: it may jump either way.
  virtual int64_t wall_ms() = 0;
  /// Milliseconds since some moment; never goes back.
  virtual int64_t steady_ms() = 0;
  virtual void sleep_ms(int64_t duration) = 0;
};

/// The system's.
Clock& system_clock();

}  // namespace samara

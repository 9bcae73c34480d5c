// LinuxDevice: what conditions are judged by on a Linux device (fleet/io/device). An app that knows
// more, e.g. whether it is in the background, gives a DeviceStateSource of its own.
#pragma once

#include <mutex>
#include <optional>

#include "base/clock.h"
#include "fleet/delivery/conditions.h"
#include "fleet/io/device/device.h"

namespace samara::agent {

class LinuxDevice final : public delivery::DeviceStateSource {
 public:
  /// Looks at most every `fresh_ms`: downloads ask at every piece that comes.
  explicit LinuxDevice(device::Places places, Clock& clock = system_clock(),
                       int64_t fresh_ms = 2'000);
  /// Threads  any
  delivery::DeviceState now() override;

 private:
  device::Places places_;
  Clock& clock_;
  int64_t fresh_ms_;
  std::mutex mutex_;
  std::optional<delivery::DeviceState> last_;
  int64_t looked_ms_ = 0;
};

}  // namespace samara::agent

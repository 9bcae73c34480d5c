#include "fleet/agent/linux_device.h"

#include <utility>

namespace samara::agent {
namespace {

delivery::Network network_of(device::Link link) {
  switch (link) {
    case device::Link::none:
      return delivery::Network::none;
    case device::Link::cellular:
      return delivery::Network::cellular;
    case device::Link::wifi:
      return delivery::Network::wifi;
    case device::Link::ethernet:
      return delivery::Network::ethernet;
    case device::Link::unknown:
      break;
  }
  return delivery::Network::unknown;
}

}  // namespace

LinuxDevice::LinuxDevice(device::Places places, Clock& clock, int64_t fresh_ms)
    : places_(std::move(places)), clock_(clock), fresh_ms_(fresh_ms) {}

delivery::DeviceState LinuxDevice::now() {
  const std::lock_guard lock(mutex_);
  if (last_ && clock_.steady_ms() - looked_ms_ < fresh_ms_) return *last_;
  const device::Facts facts = device::read_facts(places_);
  delivery::DeviceState out;
  out.network = network_of(facts.link);
  out.metered = facts.metered;
  out.charging = facts.charging;
  out.idle = facts.idle;
  out.battery_percent = facts.battery_percent;
  out.free_bytes = facts.free_bytes;
  last_ = out;
  looked_ms_ = clock_.steady_ms();
  return out;
}

}  // namespace samara::agent

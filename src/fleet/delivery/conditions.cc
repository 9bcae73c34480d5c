#include "fleet/delivery/conditions.h"

#include "base/text.h"

namespace samara::delivery {
namespace {

/// Adds the reason where the fact is not as it must be.
void demand(std::vector<std::string>& out, const std::optional<bool>& fact, bool needed,
            const char* otherwise, const char* unknown) {
  if (!fact) {
    out.emplace_back(unknown);
  } else if (*fact != needed) {
    out.emplace_back(otherwise);
  }
}

void demand_network(std::vector<std::string>& out, const Conditions& c, const DeviceState& d) {
  if (d.network == Network::none) {
    out.emplace_back("no network");
    return;
  }
  const bool local = d.network == Network::wifi || d.network == Network::ethernet;
  if (c.wifi && !local) out.emplace_back("not on wifi");
  if (c.unmetered)
    demand(out, d.metered, false, "the network is metered",
           "nobody knows whether the network is metered");
  if (!c.cellular && d.network == Network::cellular)
    out.emplace_back("on a cellular network, which is not allowed");
  if (!c.roaming && d.network == Network::cellular)
    demand(out, d.roaming, false, "roaming", "nobody knows whether the network is roaming");
}

}  // namespace

std::vector<std::string> unmet(const Conditions& c, const DeviceState& d) {
  std::vector<std::string> out;
  demand_network(out, c, d);
  if (c.charging)
    demand(out, d.charging, true, "not charging", "nobody knows whether it is charging");
  if (c.idle) demand(out, d.idle, true, "not idle", "nobody knows whether it is idle");
  if (!c.background && d.background.value_or(false))
    out.emplace_back("the app is in the background");
  if (c.battery_percent > 0 && !d.battery_percent) {
    out.emplace_back("nobody knows how full the battery is");
  } else if (d.battery_percent.value_or(100) < c.battery_percent) {
    out.push_back(
        cat("the battery is at ", *d.battery_percent, " %, not ", c.battery_percent, " %"));
  }
  if (c.free_bytes > 0 && !d.free_bytes) {
    out.emplace_back("nobody knows how much storage is free");
  } else if (d.free_bytes.value_or(~uint64_t{0}) < c.free_bytes) {
    out.push_back(cat(*d.free_bytes, " bytes of storage are free, not ", c.free_bytes));
  }
  return out;
}

Conditions firebase_android(bool charging, bool wifi, bool idle) {
  return {.wifi = wifi, .charging = charging, .idle = idle};
}

Conditions firebase_ios(bool cellular) { return {.cellular = cellular}; }

Conditions firebase_flutter(const FlutterFlags& flags, bool on_ios) {
  if (!on_ios)
    return firebase_android(flags.android_charging_required, flags.android_wifi_required,
                            flags.android_device_idle_required);
  Conditions out = firebase_ios(flags.ios_allows_cellular_access);
  out.background = flags.ios_allows_background_downloading;
  return out;
}

}  // namespace samara::delivery

// Conditions: when a device may download, and why not now. Pure values; what the device is like comes
// from a source that the caller gives (Linux's files, an app, a test).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace samara::delivery {

enum class Network : uint8_t { unknown, none, cellular, wifi, ethernet };

/// What is known of the device; no value: not known, which meets no condition that asks for it.
struct DeviceState {
  Network network = Network::unknown;
  std::optional<bool> metered = {};
  std::optional<bool> roaming = {};
  std::optional<bool> charging = {};
  std::optional<bool> idle = {};
  std::optional<bool> background = {};
  std::optional<int> battery_percent = {};
  std::optional<uint64_t> free_bytes = {};
};

class DeviceStateSource {
 public:
  virtual ~DeviceStateSource() = default;
  virtual DeviceState now() = 0;
};

/// The defaults ask for nothing, as Firebase's do.
struct Conditions {
  bool wifi = false;       // wifi or ethernet
  bool unmetered = false;  // any network that costs nothing by the byte
  bool cellular = true;    // may be used
  bool roaming = true;     // may be used abroad
  bool charging = false;
  bool idle = false;
  bool background = true;   // may run while the app is not in front
  int battery_percent = 0;  // at least
  uint64_t free_bytes = 0;  // at least
};

/// For each condition that does not hold, why: "not charging". Empty: go ahead.
std::vector<std::string> unmet(const Conditions& conditions, const DeviceState& device);

/// CustomModelDownloadConditions of Android: requireCharging, requireWifi, requireDeviceIdle.
Conditions firebase_android(bool charging = false, bool wifi = false, bool idle = false);
/// ModelDownloadConditions of iOS: allowsCellularAccess.
Conditions firebase_ios(bool cellular = true);
/// FirebaseModelDownloadConditions of Flutter; the platform's own flags hold on each platform.
struct FlutterFlags {
  bool ios_allows_cellular_access = true;
  bool ios_allows_background_downloading = false;
  bool android_charging_required = false;
  bool android_wifi_required = false;
  bool android_device_idle_required = false;
};
Conditions firebase_flutter(const FlutterFlags& flags, bool on_ios);

}  // namespace samara::delivery

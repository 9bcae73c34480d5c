// What NetworkManager, UPower and logind say, by their properties on the bus.
// Source: the D-Bus references of NetworkManager 1.42, UPower 0.99 and systemd 252.
#include <algorithm>
#include <cmath>
#include <string_view>

#include "fleet/io/device/device.h"
#include "fleet/io/device/systemd/library.h"

namespace samara::device {
namespace {

constexpr uint64_t kMostMicroseconds = 500'000;

struct Property {
  const char* service;
  const char* path;
  const char* interface;
  const char* name;
};
constexpr Property kMetered = {"org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager",
                               "org.freedesktop.NetworkManager", "Metered"};
constexpr Property kConnection = {"org.freedesktop.NetworkManager",
                                  "/org/freedesktop/NetworkManager",
                                  "org.freedesktop.NetworkManager", "PrimaryConnectionType"};
constexpr Property kState = {"org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager",
                             "org.freedesktop.NetworkManager", "State"};
constexpr Property kOnBattery = {"org.freedesktop.UPower", "/org/freedesktop/UPower",
                                 "org.freedesktop.UPower", "OnBattery"};
constexpr Property kPresent = {"org.freedesktop.UPower",
                               "/org/freedesktop/UPower/devices/DisplayDevice",
                               "org.freedesktop.UPower.Device", "IsPresent"};
constexpr Property kPercentage = {"org.freedesktop.UPower",
                                  "/org/freedesktop/UPower/devices/DisplayDevice",
                                  "org.freedesktop.UPower.Device", "Percentage"};
constexpr Property kIdle = {"org.freedesktop.login1", "/org/freedesktop/login1",
                            "org.freedesktop.login1.Manager", "IdleHint"};

/// A connection to a bus, for the time of one question to all services.
class Bus {
 public:
  Bus(const Library& library, const std::string& address) : library_(library) {
    if (address.empty()) {
      if (library_.open_system(&bus_) < 0) bus_ = nullptr;
      return;
    }
    if (library_.create(&bus_) < 0) {
      bus_ = nullptr;
      return;
    }
    if (library_.set_address(bus_, address.c_str()) < 0 || library_.set_bus_client(bus_, 1) < 0 ||
        library_.start(bus_) < 0)
      bus_ = library_.close(bus_);
  }
  ~Bus() {
    if (bus_) library_.close(bus_);
  }
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

  /// Reads a property of the D-Bus type `type`, whose value `out` holds; false: nobody says.
  bool get(const Property& property, char type, void* out) const {
    sd_bus_message* reply = ask(property);
    if (!reply) return false;
    const char contents[] = {type, '\0'};
    const bool read =
        library_.enter(reply, 'v', contents) > 0 && library_.read(reply, type, out) > 0;
    library_.unref(reply);
    return read;
  }
  std::optional<std::string> get_text(const Property& property) const {
    sd_bus_message* reply = ask(property);
    if (!reply) return std::nullopt;
    const char* text = nullptr;  // lives as long as the reply
    std::optional<std::string> out;
    if (library_.enter(reply, 'v', "s") > 0 && library_.read(reply, 's', &text) > 0) out = text;
    library_.unref(reply);
    return out;
  }

 private:
  sd_bus_message* ask(const Property& property) const {
    sd_bus_message* call = nullptr;
    sd_bus_message* reply = nullptr;
    if (!bus_ || library_.new_call(bus_, &call, property.service, property.path,
                                   "org.freedesktop.DBus.Properties", "Get") < 0)
      return nullptr;
    sd_bus_error error = SD_BUS_ERROR_NULL;
    const bool sent = library_.set_auto_start(call, 0) >= 0 &&
                      library_.append(call, 's', property.interface) >= 0 &&
                      library_.append(call, 's', property.name) >= 0 &&
                      library_.call(bus_, call, kMostMicroseconds, &error, &reply) >= 0;
    library_.free_error(&error);
    library_.unref(call);
    return sent ? reply : nullptr;
  }

  const Library& library_;
  sd_bus* bus_ = nullptr;
};

void ask_network(const Bus& bus, Facts& facts) {
  uint32_t metered = 0;  // 0 unknown, 1 yes, 2 no, 3 and 4 guessed so
  if (bus.get(kMetered, 'u', &metered) && metered != 0) facts.metered = metered % 2 == 1;
  if (const auto kind = bus.get_text(kConnection)) {
    if (*kind == "802-11-wireless") facts.link = Link::wifi;
    if (*kind == "802-3-ethernet") facts.link = Link::ethernet;
    if (*kind == "gsm" || *kind == "cdma") facts.link = Link::cellular;
  }
  uint32_t state = 0;  // 20: disconnected; interfaces that it does not manage may be up
  if (facts.link == Link::unknown && bus.get(kState, 'u', &state) && state == 20)
    facts.link = Link::none;
}

void ask_power(const Bus& bus, Facts& facts) {
  int on_battery = 0;
  if (bus.get(kOnBattery, 'b', &on_battery)) facts.charging = !on_battery;
  int present = 0;
  double percent = 0;
  if (bus.get(kPresent, 'b', &present) && present && bus.get(kPercentage, 'd', &percent))
    facts.battery_percent = static_cast<int>(std::clamp(std::floor(percent), 0.0, 100.0));
}

}  // namespace

void ask_services(const std::string& address, Facts& facts) {
  const Library* found = library();
  if (!found) return;
  const Bus bus(*found, address);
  ask_network(bus, facts);
  ask_power(bus, facts);
  int idle = 0;
  if (bus.get(kIdle, 'b', &idle)) facts.idle = idle != 0;
}

}  // namespace samara::device

// What the kernel's files say: power supplies, network interfaces, load, storage.
// Source: Documentation/ABI/testing/sysfs-class-power and sysfs-class-net of the kernel.
#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "fleet/io/device/device.h"

namespace samara::device {
namespace {

/// The whole file; empty where it cannot be read. The kernel's files do not say how long they are.
std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

std::string line_of(const std::string& path) {
  const std::string text = text_of(path);
  return text.substr(0, text.find('\n'));
}

std::optional<int> number_of(const std::string& text) {
  int out = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), out);
  if (end.ec != std::errc() || end.ptr == text.data()) return std::nullopt;
  return out;
}

void read_power(const std::string& folder, Facts& facts) {
  const auto supplies = list_folder(folder);
  if (!supplies.ok()) return;
  bool plugged = false;
  bool has_battery = false;
  for (const std::string& name : *supplies) {
    const std::string at = cat(folder, "/", name, "/");
    if (line_of(at + "type") != "Battery") {
      plugged = plugged || line_of(at + "online") == "1";
      continue;
    }
    if (line_of(at + "scope") == "Device" || line_of(at + "present") == "0") continue;  // a mouse's
    has_battery = true;
    const std::string status = line_of(at + "status");
    plugged = plugged || status == "Charging" || status == "Full";
    const auto percent = number_of(line_of(at + "capacity"));
    // Of several batteries the fullest counts: the device runs until it, too, is empty.
    if (percent) facts.battery_percent = std::max(facts.battery_percent.value_or(0), *percent);
  }
  facts.charging = plugged || !has_battery;
  if (!has_battery) facts.battery_percent = 100;
}

/// The interface of the default route; empty: none.
std::string default_interface(const std::string& proc) {
  const std::string text = text_of(proc + "/net/route");
  size_t at = text.find('\n');
  while (at != text.npos && at + 1 < text.size()) {
    const size_t end = text.find('\n', at + 1);
    const std::string row = text.substr(at + 1, end == text.npos ? end : end - at - 1);
    const size_t tab = row.find('\t');
    if (tab != row.npos && row.compare(tab + 1, 8, "00000000") == 0) return row.substr(0, tab);
    at = end;
  }
  return {};
}

Link link_of(const std::string& sys, const std::string& interface) {
  const std::string at = cat(sys, "/class/net/", interface, "/");
  const std::string uevent = text_of(at + "uevent");
  if (uevent.find("DEVTYPE=wwan") != uevent.npos) return Link::cellular;
  if (interface.starts_with("wwan") || interface.starts_with("ppp")) return Link::cellular;
  if (uevent.find("DEVTYPE=wlan") != uevent.npos || list_folder(at + "wireless").ok())
    return Link::wifi;
  return line_of(at + "type") == "1" ? Link::ethernet : Link::unknown;
}

void read_network(const Places& places, Facts& facts) {
  std::string interface = default_interface(places.proc);
  const auto all = list_folder(places.sys + "/class/net");
  if (!all.ok()) return;
  // Without a default route there may still be a hub in the local network.
  for (const std::string& name : *all) {
    if (!interface.empty()) break;
    if (line_of(cat(places.sys, "/class/net/", name, "/operstate")) == "up") interface = name;
  }
  if (!interface.empty()) facts.link = link_of(places.sys, interface);
}

/// Without a session to ask about, a device is idle while its processors mostly are.
void read_load(const std::string& proc, Facts& facts) {
  const std::string load = line_of(proc + "/loadavg");
  const std::string cpus = text_of(proc + "/stat");
  int count = 0;
  for (size_t at = 0; (at = cpus.find("\ncpu", at)) != cpus.npos; ++at) ++count;
  double value = 0;
  const auto end = std::from_chars(load.data(), load.data() + load.size(), value);
  if (end.ec == std::errc() && count > 0) facts.idle = value < 0.25 * count;
}

}  // namespace

Facts read_files(const Places& places) {
  Facts out;
  read_power(places.sys + "/class/power_supply", out);
  read_network(places, out);
  read_load(places.proc, out);
  if (places.folder.empty()) return out;
  if (const auto free = free_space(places.folder); free.ok()) out.free_bytes = *free;
  return out;
}

Facts read_facts(const Places& places) {
  Facts out = read_files(places);
  if (places.bus != "-") ask_services(places.bus, out);
  return out;
}

}  // namespace samara::device

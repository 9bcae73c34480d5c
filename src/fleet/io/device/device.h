// What a Linux device is like now, as far as it can be known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace samara::device {

enum class Link : uint8_t { unknown, none, cellular, wifi, ethernet };

/// No value: nobody knows.
struct Facts {
  Link link = Link::unknown;
  std::optional<bool> metered = {};
  std::optional<bool> charging = {};  // plugged in: also where the battery is full or there is none
  std::optional<int> battery_percent = {};
  std::optional<bool> idle = {};
  std::optional<uint64_t> free_bytes = {};
};

/// Where to look.
struct Places {
  std::string sys = "/sys";
  std::string proc = "/proc";
  std::string bus = {};     // D-Bus address; "": the system's, "-": none
  std::string folder = {};  // on whose file system storage is counted; "": not
};

/// Files first, then what the services on the bus know better. Never fails: what cannot be read is not
/// known.
///
/// Threads  any
/// Units    takes milliseconds; half a second for each service that does not answer
Facts read_facts(const Places& places);

/// What the kernel's files say.
Facts read_files(const Places& places);
/// Puts what NetworkManager, UPower and logind say over what is there.
void ask_services(const std::string& bus, Facts& facts);

}  // namespace samara::device

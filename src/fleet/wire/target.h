// Target filters: which versions of a model are for a device, and which major versions its app knows.
// Hub, owner and device judge by the same functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/wire/manifest.h"
#include "samara/base/result.h"

namespace samara::wire {

/// What a device is. What is empty is not known, and meets no filter that asks for it.
struct Profile {
  std::string app = {}, app_version = {};
  std::vector<std::string> os = {}, abi = {};  // every name by which it is known
  std::string device_class = {};
  uint64_t memory = 0;  // bytes
};

/// The major versions that an app knows.
struct Majors {
  uint32_t first = 0, last = 0;

  /// "2", "1-3" or "any".
  ///
  /// Errors   invalid_argument
  static Result<Majors> parse(std::string_view text);
  bool has(uint32_t major) const { return first <= major && major <= last; }
  std::string text() const;
  bool operator==(const Majors&) const = default;
};

/// Whether an app's version lies in a range: comparisons that all hold, ">=2.1 <3.0.0". Versions have
/// one to three numbers; those that are left out are 0.
///
/// Errors   invalid_argument  no such range, or no such version
Result<bool> in_range(std::string_view version, std::string_view range);

/// Whether the filter can be followed.
///
/// Errors   invalid_argument  its range of app versions is none
Status check_target(const Target& target);

/// Why the device is none of those that are meant, as the rest of a sentence; "": it is one.
std::string mismatch(const Target& target, const Profile& device);

}  // namespace samara::wire

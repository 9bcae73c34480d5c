// Version: semantic versions (semver.org 2.0.0). Within a major version a model stays what its callers
// know; a new major may change it.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "samara/base/result.h"

namespace samara::wire {

struct Version {
  uint32_t major = 0, minor = 0, patch = 0;
  std::vector<std::string> pre;  // "rc", "1" of 2.0.0-rc.1

  /// Errors   invalid_argument  not MAJOR.MINOR.PATCH[-PRE]; build metadata (+...) has no place here:
  ///                            two versions that differ only there would be the same
  static Result<Version> parse(std::string_view text);
  std::string text() const;

  bool operator==(const Version&) const = default;
  /// The precedence of semver.org 2.0.0, chapter 11.
  std::strong_ordering operator<=>(const Version& other) const;
};

}  // namespace samara::wire

// Layout: what the targets of a hub's repository are called, so that owner, hub and device mean the
// same by a name.
//
//   models/<model>/<version>.tflite     a version: signed by `release`, whose keys the owner keeps
//   channels/<channel>/<model>.tflite   the version that a channel stands for
//   pins/<pin>/<model>.tflite           the same for a pin
//   online/<model>/<version>.tflite     a version that the hub itself signed, for who allows that
//
// Channels and pins only choose: their `custom` member names a version, and a device takes it as it is
// signed for under models/ (or, where the app allows it, online/). What a version is for (the member
// `target`, see fleet/wire/target.h) is signed there; a channel names as `else` the older versions for
// devices that must pass its own over.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/trust/metadata.h"

namespace samara::trust {

constexpr std::string_view kRelease = "release", kOnline = "online";

enum class Folder : uint8_t { models, channels, pins, online };

struct LayoutName {
  Folder folder = Folder::models;
  std::string model;
  std::string of;  // the version, channel or pin
};

std::string target_name(Folder folder, std::string_view model, std::string_view of);
/// Nothing where the name is none of this layout.
std::optional<LayoutName> parse_target_name(std::string_view name);

/// The version that a target's `custom` member names; empty where it names none.
std::string version_of(const TargetFile& target);
/// The versions that a channel's `custom` member names for devices that must pass its own over, best
/// first; at most kMostOthers.
std::vector<std::string> others_of(const TargetFile& target);
inline constexpr size_t kMostOthers = 64;
/// What those are for a channel that stands for `chosen`, of the versions that may be had: of each
/// major version and filter the newest that is older than `chosen`, newest first.
std::vector<std::string> others(std::string_view chosen,
                                const std::map<std::string, const TargetFile*>& versions);
/// A channel's or pin's `custom` member.
json::Json choice(std::string_view version, const std::vector<std::string>& others = {});
/// The digest of that kind; empty where there is none.
std::string digest_of(const TargetFile& target, std::string_view algorithm);

}  // namespace samara::trust

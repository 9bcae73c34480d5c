// Names of roles and targets: which are taken, how they stand in addresses and file names, and
// which role is responsible for which.
#pragma once

#include <string>
#include <string_view>

#include "samara/base/result.h"

namespace samara::trust {

constexpr std::string_view kRoot = "root", kTimestamp = "timestamp", kSnapshot = "snapshot",
                           kTargets = "targets";

/// Whether the name is one of the four roles that every repository has.
bool is_top_level(std::string_view role);

/// A target's name is a relative path in UTF-8 of at most 1,024 bytes, with "/" between its parts;
/// no part is empty, "." or "..", and there are no control characters and no backslashes.
///
/// Errors   invalid_argument
Status check_target_name(std::string_view name);

/// Every byte but A-Z a-z 0-9 - . _ ~ as %XX: one part of an address, or a file name. A name that is
/// all dots, which folders read otherwise, has them as %2E.
std::string encode(std::string_view name);
/// encode() of each part of a path.
std::string encode_path(std::string_view path);

/// Whether the shell pattern (* ? [a-z] [!a-z]) takes the name; "/" is matched by itself alone.
/// Time grows with the product of both sizes at most.
bool matches(std::string_view pattern, std::string_view name);

}  // namespace samara::trust

// Files that hold private keys: read into memory that is wiped, written for their owner alone.
#pragma once

#include <string>
#include <string_view>

#include "fleet/io/crypto/key.h"

namespace samara::crypto {

/// A key file's text, at most 64 KiB of it.
Result<Secret> read_secret(const std::string& path);

/// Writes a file that only its owner may read, synced, and its name too.
///
/// Errors   failed_precondition  it is there already; nothing is overwritten
Status write_private(const std::string& path, std::string_view content);

}  // namespace samara::crypto

// Models that come from elsewhere: an address, by its scheme, becomes a file.
#pragma once

#include <cstdint>
#include <string>

#include "samara/base/result.h"

namespace samara::cli {

struct Wanted {
  std::string address;
  std::string sha256;  // empty: any
  std::string ca;      // PEM; empty: the system's authorities
  uint64_t most_bytes = 0;
};

/// Brings what is at the address to `path`; the value is its SHA-256. https:// and oci:// (a registry's
/// artifact) are taken, http:// and oci+http:// with a SHA-256 alone.
///
/// Errors   invalid_argument    another scheme
///          permission_denied   http:// without a hash; a redirect that leaves https
///          resource_exhausted  longer than most_bytes
///          data_loss           another hash
Result<std::string> bring(const Wanted& wanted, const std::string& path);

}  // namespace samara::cli

// Where the key comes from that models are sealed with on this device (fleet/delivery/sealed.h). An app
// with a keystore of its own gives a function instead.
#pragma once

#include <string>

#include "fleet/delivery/sealed.h"

namespace samara::agent {

/// A file that holds 32 bytes, or their 64 hexadecimal digits, and that nobody else may read. It is
/// never made here: a key that was lost is told, and not replaced behind its owner's back.
///
/// Errors   of the source: not_found, permission_denied (others may read it), invalid_argument
delivery::KeySource key_of_file(std::string path);

/// A key of the type "user" in the kernel's keyrings, by its description, as `keyctl add` puts it there.
///
/// Errors   of the source: not_found (none, expired or revoked), unsupported (no such kernel)
delivery::KeySource key_of_kernel(std::string description);

}  // namespace samara::agent

// Authenticated encryption: AES-256-GCM. What was sealed with other words beside it, at another place
// or by another key does not open.
#pragma once

#include "fleet/io/crypto/bytes.h"
#include "samara/base/result.h"

namespace samara::crypto {

inline constexpr size_t kAeadKey = 32, kAeadNonce = 12, kAeadTag = 16;

/// Encrypts `plain` into `out`, which has kAeadTag bytes more. A nonce serves a key once. `beside` is
/// authenticated and not kept.
///
/// Errors   invalid_argument (sizes), unsupported (this build has no library)
Status aead_seal(ByteView key, ByteView nonce, ByteView beside, ByteView plain,
                 std::span<std::byte> out);
/// Errors   data_loss  it is not what was sealed; `out` holds nothing of use then
Status aead_open(ByteView key, ByteView nonce, ByteView beside, ByteView sealed,
                 std::span<std::byte> out);

}  // namespace samara::crypto

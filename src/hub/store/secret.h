// What tokens are made of, for the parts of the store that make them.
#pragma once

#include <array>
#include <chrono>
#include <string>

#include "base/hash.h"
#include "base/try.h"
#include "fleet/io/crypto/digest.h"
#include "hub/store/store.h"

namespace samara::hub {

/// 256 random bits; shown once.
inline Result<std::string> new_secret() {
  std::array<std::byte, 32> random = {};
  TRY(crypto::random_bytes(random));
  return "smr_" + hex(random);
}

/// What is kept of a secret.
inline std::string hash_of(std::string_view secret) {
  return sha256_hex(std::as_bytes(std::span(secret)));
}

inline database::Value id_or_null(int64_t id) {
  return id == 0 ? database::Value(std::monostate()) : database::Value(id);
}

/// When what is made now ends; 0 seconds: never.
inline database::Value end_or_null(std::chrono::seconds valid) {
  return valid.count() > 0 ? database::Value(now() + valid.count())
                           : database::Value(std::monostate());
}

}  // namespace samara::hub

// Assertion: what an account's key has signed to get a token (RFC 7523, a JSON Web Token with RS256).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fleet/io/crypto/bytes.h"
#include "samara/base/result.h"

namespace samara::hub {

struct Assertion {
  std::string issuer, audience;
  int64_t issued = 0, expires = 0;
  std::string text;  // that was signed
  crypto::Bytes signature;
};

/// Errors   invalid_argument  not such a token
Result<Assertion> read_assertion(std::string_view token);

/// Whether it is for us, holds now, and was signed by that key. `audience`: our own address of the
/// token endpoint; those that Google's clients have built in are taken too.
///
/// Errors   permission_denied
Status check_assertion(const Assertion& assertion, std::string_view public_key,
                       std::string_view audience, int64_t now);

}  // namespace samara::hub

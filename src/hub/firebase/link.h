// SignedLink: an address of an object in Google Cloud Storage that its owner's key has signed (V2 and
// V4). Firebase's clients name a model's file by one. The hub never follows it: the link only says
// which of the objects in the hub's own storage is meant, and the signature who says so; where its host
// would lead does not matter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/io/crypto/bytes.h"
#include "samara/base/result.h"

namespace samara::hub {

struct SignedLink {
  std::string bucket, object, email;
  int64_t from = 0, until = 0;     // seconds since 1970
  std::vector<std::string> texts;  // one of which was signed: clients differ on a port in the host
  crypto::Bytes signature;
};

/// Errors   invalid_argument  not such a link
Result<SignedLink> read_link(std::string_view url);

/// Errors   invalid_argument   it has expired or is not yet valid
///          permission_denied  another key signed it
Status check_link(const SignedLink& link, std::string_view public_key, int64_t now);

}  // namespace samara::hub

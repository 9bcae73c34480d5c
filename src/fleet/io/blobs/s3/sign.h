// Signature version 4 of Amazon's web services, which S3-compatible storage asks for: what a request
// says is hashed and signed with a key made of the secret, so that the secret itself is never sent.
// Source: docs.aws.amazon.com, "Signature Calculations for the Authorization Header".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "samara/base/result.h"

namespace samara::blobs::s3 {

struct Credentials {
  std::string id, secret, token;  // the token of temporary ones; may be empty
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// What is signed of a request.
struct Signed {
  std::string method;
  std::string path;          // encoded, from the first slash on
  Pairs query;               // not encoded
  Pairs headers;             // names in lower case; with host and x-amz-date
  std::string payload_hash;  // SHA-256 in hexadecimal
  std::string time;          // "20130524T000000Z"
  std::string region;
  std::string service = "s3";
};

/// The query, encoded and in the order in which it is signed.
std::string query_text(Pairs query);
/// The value of the header Authorization.
Result<std::string> authorization(const Signed& request, const Credentials& credentials);
/// Seconds since 1970 as the signature has them.
std::string time_text(int64_t seconds);

}  // namespace samara::blobs::s3

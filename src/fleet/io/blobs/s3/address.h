// Address: where S3-compatible storage is, and with which keys: "s3://bucket/prefix?endpoint=...".
#pragma once

#include <string>

#include "fleet/io/blobs/s3/sign.h"

namespace samara::blobs::s3 {

struct Address {
  std::string bucket;
  std::string prefix;    // of all names there; empty, or ends with a slash
  std::string endpoint;  // "https://host:port"
  std::string region;
};

/// Errors   invalid_argument  it is none; the message says what is wrong
Result<Address> read_address(const std::string& text);

/// The keys of a profile in a file as ~/.aws/credentials is.
///
/// Errors   invalid_argument  the profile is not there, or is not whole
Result<Credentials> read_credentials(const std::string& text, const std::string& profile);
/// From the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, else the file
/// that AWS_SHARED_CREDENTIALS_FILE names or ~/.aws/credentials, in it the profile AWS_PROFILE.
///
/// Errors   invalid_argument  there are none
Result<Credentials> find_credentials();

}  // namespace samara::blobs::s3

// Registry: where the model of an OCI artifact lies: oci://HOST/REPOSITORY:TAG, or @sha256:... .
#pragma once

#include <string>
#include <vector>

#include "fleet/io/http/http.h"
#include "samara/base/result.h"

namespace samara::cli {

/// "oci://host:port/a/b:tag" in its parts.
struct Reference {
  std::string address;  // "https://host:port"
  std::string repository;
  std::string reference;  // a tag or digest
};
/// "oci://" is https; "oci+http://" is http.
///
/// Errors   invalid_argument  it is none; the message says what is missing
Result<Reference> read_reference(const std::string& text);

/// What a registry asks for before it answers: the header WWW-Authenticate of its 401.
struct Challenge {
  bool basic = false;
  std::string realm, service, scope;  // of a token's place; the realm is empty for others
};
Challenge read_challenge(std::string_view header);

/// A model that a registry has.
struct RegistryModel {
  std::string url, sha256;
  uint64_t size = 0;
  std::vector<http::Header> headers;  // to ask for it with
};
/// Asks with SAMARA_REGISTRY_USER and SAMARA_REGISTRY_PASSWORD where the registry wants to know who asks,
/// else as anybody.
///
/// Errors   not_found          there is no such artifact
///          permission_denied  the registry gives it to others alone
///          invalid_argument   it is no model
Result<RegistryModel> find_in_registry(http::Client& client, const std::string& address);

}  // namespace samara::cli

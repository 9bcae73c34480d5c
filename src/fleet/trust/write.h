// Metadata made, changed and signed: for those who publish. A file of metadata is a Json value with
// the members "signed" and "signatures"; the functions below work on its "signed" part and keep
// what they do not know.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/io/json/json.h"
#include "fleet/trust/key.h"
#include "fleet/trust/metadata.h"

namespace samara::trust {

/// A root without keys: set_role() for each of the four roles makes it whole.
json::Json make_root(int64_t version, int64_t expires);
/// Targets, for the top level or a delegated role, that name nothing yet.
json::Json make_targets(int64_t version, int64_t expires);
json::Json make_snapshot(int64_t version, int64_t expires);
json::Json make_timestamp(int64_t version, int64_t expires);

/// Who signs for a role: keys as write_key() gives them.
struct RoleKeys {
  std::vector<json::Json> keys;
  int64_t threshold = 1;
};

/// Gives a top-level role of `root` these keys in place of those it had; keys that no role names
/// any more go.
///
/// Errors   invalid_argument  no such role; a threshold that the keys cannot reach; a key twice
Status set_role(json::Json& root, std::string_view role, const RoleKeys& keys);

struct NewDelegation {
  std::string name;
  RoleKeys keys;
  std::vector<std::string> paths;
  bool terminating = false;
};
/// Delegates in `targets`, after those that are there; a delegation of that name is replaced in its
/// place.
Status delegate(json::Json& targets, const NewDelegation& delegation);
/// Delegates everything to 2^bits roles of one set of keys (TAP 15), in place of all delegations.
Status delegate_to_bins(json::Json& targets, const std::string& prefix, int bits,
                        const RoleKeys& keys);

/// Names a target in `targets`, replacing one of that name.
Status set_target(json::Json& targets, const TargetFile& target);
/// Whether it was there.
bool remove_target(json::Json& targets, std::string_view name);
/// A target file's description of its content: length, SHA-256 and SHA-512.
Result<TargetFile> describe(std::string name, std::string_view content);

/// Lists a file of metadata, as print() gave it, in a snapshot or timestamp: version, length,
/// SHA-256.
///
/// Errors   invalid_argument  `content` is not metadata
Status list_file(json::Json& listing, std::string_view name, std::string_view content);

/// Sets the version one up, from 0 for what was never published, and a new time of expiry.
Status renew(json::Json& part, int64_t expires);

/// A file of metadata with nobody's signature.
json::Json unsigned_file(json::Json part);
/// Signs the file's "signed" part, in place of an earlier signature by the same key.
///
/// Errors   invalid_argument  no file of metadata
Status sign(json::Json& file, const Signer& signer);
/// The bytes that are published.
std::string print(const json::Json& file);

}  // namespace samara::trust

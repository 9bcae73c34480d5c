// Metadata of The Update Framework: the four top-level roles and delegated ones, read from JSON.
// Reading checks form alone; what is believed is trusted.h's matter. Members that the specification
// does not name stay in Document::signed_part and count in signatures.
//
// Source: https://theupdateframework.github.io/specification/latest, chapter 4; TAP 15 for bins.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fleet/io/crypto/digest.h"
#include "fleet/io/json/json.h"
#include "fleet/trust/key.h"

namespace samara::trust {

struct Signature {
  std::string key_id;
  std::string hex;
};

/// A file of metadata: what was signed, its canonical bytes, and by whom.
struct Document {
  json::Json signed_part;
  std::string bytes;
  std::vector<Signature> signatures;
};

struct Role {
  std::vector<std::string> key_ids;
  int64_t threshold = 0;
};

using Hashes = std::vector<std::pair<std::string, std::string>>;  // algorithm, hexadecimal digits

struct FileInfo {
  int64_t version = 0;
  std::optional<uint64_t> length;
  Hashes hashes;
};

struct TargetFile {
  std::string name;
  uint64_t length = 0;
  Hashes hashes;
  json::Json custom;
};

/// What every role says of itself.
struct Head {
  int64_t version = 0;
  int64_t expires = 0;  // seconds since 1970
};

struct Root {
  Head head;
  Keys keys;
  std::map<std::string, Role, std::less<>> roles;
  bool consistent_snapshot = false;
};

struct Timestamp {
  Head head;
  FileInfo snapshot;
};

struct Snapshot {
  Head head;
  std::map<std::string, FileInfo, std::less<>> files;  // by name of the file: "targets.json"
};

struct Delegation {
  std::string name;
  Role role;
  bool terminating = false;
  std::vector<std::string> paths;     // shell patterns, or else
  std::vector<std::string> prefixes;  // of the hexadecimal SHA-256 of the target's name
};

/// 2^bits roles, "prefix-00" and so on, that share all targets between them by hash.
struct Bins {
  Role role;
  int bits = 0;
  std::string prefix;
};

struct Delegations {
  Keys keys;
  std::vector<Delegation> roles;
  std::optional<Bins> bins;
};

struct Targets {
  Head head;
  std::map<std::string, TargetFile, std::less<>> targets;
  std::optional<Delegations> delegations;
};

/// Errors   invalid_argument    no JSON, or not of this form; a key id that signs twice
///          resource_exhausted  nested too deep
Result<Document> read_document(std::string_view text);

Result<Root> read_root(const Document& document);
Result<Timestamp> read_timestamp(const Document& document);
Result<Snapshot> read_snapshot(const Document& document);
Result<Targets> read_targets(const Document& document);

/// The roles that `delegations` makes responsible for a target, in order: name, and whether the
/// search ends with it.
struct Responsible {
  std::string name;
  bool terminating = false;
};
std::vector<Responsible> responsible_for(const Delegations& delegations, std::string_view target);
/// The keys and threshold of a delegated role; null where it is not delegated there.
const Role* delegated_role(const Delegations& delegations, std::string_view name);

/// How many different keys of the role have signed; counting may end at the threshold.
int64_t count_signatures(const Document& document, const Role& role, const Keys& keys);
/// Whether the role is signed by a threshold of different keys.
///
/// Errors   permission_denied  too few valid signatures
Status verify_signatures(const Document& document, const Role& role, const Keys& keys);

/// Whether the content has the length, where one is given, and every digest that we can compute.
/// Piece by piece: content.h.
///
/// Errors   data_loss         another length or digest
///          invalid_argument  digests are given, and none of them is of a kind we know
Status check_content(std::string_view content, std::optional<uint64_t> length,
                     const Hashes& hashes);
/// The digest by which a file is asked for; null where there is none that we know.
const std::pair<std::string, std::string>* known_hash(const Hashes& hashes);
std::optional<crypto::Algorithm> algorithm_of(std::string_view name);

}  // namespace samara::trust

#include "fleet/trust/metadata.h"

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "fleet/trust/canonical.h"
#include "fleet/trust/names.h"
#include "fleet/trust/utc.h"

namespace samara::trust {
namespace {

using json::Json;

// Above it, readers that keep numbers as doubles would see another number than we do.
constexpr int64_t kMostNumber = (int64_t{1} << 53) - 1;
constexpr int kMostBits = 32;

Error malformed(std::string why) { return Error(Code::invalid_argument, std::move(why)); }

Result<const Json*> member(const Json& object, std::string_view name) {
  if (const Json* value = object.find(name)) return value;
  return malformed(cat("no member \"", name, "\""));
}

Result<std::string> text(const Json& object, std::string_view name) {
  TRY_SET(const Json* value, member(object, name));
  if (const std::string* out = value->as_string()) return *out;
  return malformed(cat("\"", name, "\" is not a string but ", value->kind()));
}

Result<int64_t> integer(const Json& object, std::string_view name, int64_t least,
                        int64_t most = kMostNumber) {
  TRY_SET(const Json* value, member(object, name));
  const auto number = value->is_plain_integer() ? value->as_integer() : std::nullopt;
  if (number && *number >= least && *number <= most) return *number;
  return malformed(cat("\"", name, "\" is not an integer from ", least, " to ", most));
}

Result<bool> boolean(const Json& object, std::string_view name) {
  TRY_SET(const Json* value, member(object, name));
  if (const bool* out = value->as_bool()) return *out;
  return malformed(cat("\"", name, "\" is neither true nor false"));
}

Result<const Json::Object*> object(const Json& parent, std::string_view name) {
  TRY_SET(const Json* value, member(parent, name));
  if (const Json::Object* out = value->as_object()) return out;
  return malformed(cat("\"", name, "\" is not an object"));
}

Result<std::vector<std::string>> texts(const Json& parent, std::string_view name) {
  TRY_SET(const Json* value, member(parent, name));
  const Json::Array* items = value->as_array();
  if (!items) return malformed(cat("\"", name, "\" is not an array"));
  std::vector<std::string> out;
  for (const Json& item : *items) {
    const std::string* one = item.as_string();
    if (!one) return malformed(cat("\"", name, "\" holds something that is not a string"));
    out.push_back(*one);
  }
  return out;
}

/// "1.0" or "1.0.31": a specification whose major version is 1.
bool is_known_version(std::string_view text) {
  const auto dots = std::count(text.begin(), text.end(), '.');
  return text.find_first_not_of("0123456789.") == text.npos && text.starts_with("1.") &&
         (dots == 1 || dots == 2) && text.back() != '.' && text.find("..") == text.npos;
}

Result<Head> read_head(const Document& document, std::string_view type) {
  const Json& part = document.signed_part;
  TRY_SET(const std::string given, text(part, "_type"));
  if (given != type) return malformed(cat("is of type \"", given, "\", not \"", type, "\""));
  TRY_SET(const std::string specification, text(part, "spec_version"));
  if (!is_known_version(specification))
    return Error(Code::unsupported,
                 cat("follows version ", specification, " of the specification, not version 1"));
  Head out;
  TRY_SET(out.version, integer(part, "version", 1));
  TRY_SET(const std::string expires, text(part, "expires"));
  const auto seconds = parse_utc(expires);
  if (!seconds) return malformed("\"expires\" is not a time like 2030-01-31T12:00:00Z");
  out.expires = *seconds;
  return out;
}

Result<Role> read_role(const Json& value) {
  Role out;
  TRY_SET(out.key_ids, texts(value, "keyids"));
  TRY_SET(out.threshold, integer(value, "threshold", 1));
  std::vector<std::string> sorted = out.key_ids;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
    return malformed("a key id stands twice in one role");
  return out;
}

Result<Keys> read_keys(const Json& parent) {
  TRY_SET(const Json::Object* members, object(parent, "keys"));
  Keys out;
  for (const auto& [id, value] : *members) {
    TRY_SET(Key key, read_key(value).in([&id = id] { return cat("key ", id); }));
    out.emplace(id, std::move(key));
  }
  return out;
}

Result<Hashes> read_hashes(const Json& value) {
  Hashes out;
  TRY_SET(const Json::Object* members, object(value, "hashes"));
  for (const auto& [algorithm, digits] : *members) {
    const std::string* one = digits.as_string();
    if (!one) return malformed("a digest that is not a string");
    out.emplace_back(algorithm, *one);
  }
  if (out.empty()) return malformed("\"hashes\" is empty");
  return out;
}

Result<FileInfo> read_file_info(const Json& value) {
  FileInfo out;
  TRY_SET(out.version, integer(value, "version", 1));
  if (value.find("length")) {
    TRY_SET(const int64_t length, integer(value, "length", 0));
    out.length = static_cast<uint64_t>(length);
  }
  if (value.find("hashes")) {
    TRY_SET(out.hashes, read_hashes(value));
  }
  return out;
}

Result<TargetFile> read_target(const std::string& name, const Json& value) {
  TargetFile out{.name = name, .length = 0, .hashes = {}, .custom = {}};
  TRY_SET(const int64_t length, integer(value, "length", 0));
  out.length = static_cast<uint64_t>(length);
  TRY_SET(out.hashes, read_hashes(value));
  if (const Json* custom = value.find("custom")) out.custom = *custom;
  return out;
}

Result<Delegation> read_delegation(const Json& value) {
  Delegation out;
  TRY_SET(out.name, text(value, "name"));
  if (out.name.empty() || is_top_level(out.name))
    return malformed(cat("delegates to \"", out.name, "\", which no delegated role may be called"));
  TRY_SET(out.role, read_role(value));
  TRY_SET(out.terminating, boolean(value, "terminating"));
  const bool paths = value.find("paths"), prefixes = value.find("path_hash_prefixes");
  if (paths == prefixes) return malformed("needs either \"paths\" or \"path_hash_prefixes\"");
  if (paths) {
    TRY_SET(out.paths, texts(value, "paths"));
  } else {
    TRY_SET(out.prefixes, texts(value, "path_hash_prefixes"));
  }
  return out;
}

Result<Bins> read_bins(const Json& value) {
  Bins out;
  TRY_SET(out.role, read_role(value));
  TRY_SET(const int64_t bits, integer(value, "bit_length", 1, kMostBits));
  out.bits = static_cast<int>(bits);
  TRY_SET(out.prefix, text(value, "name_prefix"));
  return out;
}

Result<Delegations> read_delegations(const Json& value) {
  Delegations out;
  TRY_SET(out.keys, read_keys(value));
  const Json* roles = value.find("roles");
  const Json* bins = value.find("succinct_roles");
  if ((roles == nullptr) == (bins == nullptr))
    return malformed("delegations need either \"roles\" or \"succinct_roles\"");
  if (bins) {
    TRY_SET(out.bins, read_bins(*bins));
    return out;
  }
  if (!roles->as_array()) return malformed("\"roles\" is not an array");
  for (const Json& role : *roles->as_array()) {
    TRY_SET(Delegation one, read_delegation(role));
    out.roles.push_back(std::move(one));
  }
  std::vector<std::string_view> names;
  names.reserve(out.roles.size());
  for (const Delegation& one : out.roles) names.push_back(one.name);
  std::sort(names.begin(), names.end());
  if (std::adjacent_find(names.begin(), names.end()) != names.end())
    return malformed("a role is delegated to twice");
  return out;
}

}  // namespace

Result<Document> read_document(std::string_view text_of_it) {
  TRY_SET(const Json whole, json::parse(text_of_it));
  Document out;
  TRY(object(whole, "signed"));
  out.signed_part = *whole.find("signed");
  TRY_SET(const Json* list, member(whole, "signatures"));
  if (!list->as_array()) return malformed("\"signatures\" is not an array");
  for (const Json& item : *list->as_array()) {
    Signature one;
    TRY_SET(one.key_id, text(item, "keyid"));
    TRY_SET(one.hex, text(item, "sig"));
    out.signatures.push_back(std::move(one));
  }
  std::vector<std::string_view> ids;
  ids.reserve(out.signatures.size());
  for (const Signature& one : out.signatures) ids.push_back(one.key_id);
  std::sort(ids.begin(), ids.end());
  if (std::adjacent_find(ids.begin(), ids.end()) != ids.end())
    return malformed("a key id stands twice among the signatures");
  TRY_SET(out.bytes, canonical(out.signed_part));
  return out;
}

Result<Root> read_root(const Document& document) {
  const Json& part = document.signed_part;
  Root out;
  TRY_SET(out.head, read_head(document, kRoot));
  if (part.find("consistent_snapshot")) {
    TRY_SET(out.consistent_snapshot, boolean(part, "consistent_snapshot"));
  }
  TRY_SET(out.keys, read_keys(part));
  TRY_SET(const Json::Object* roles, object(part, "roles"));
  for (const auto& [name, value] : *roles) {
    if (!is_top_level(name)) continue;  // "mirrors", which nobody uses
    TRY_SET(Role role, read_role(value).in([&name = name] { return cat("role ", name); }));
    out.roles.emplace(name, std::move(role));
  }
  if (out.roles.size() != 4) return malformed("does not name the keys of all four roles");
  return out;
}

Result<Timestamp> read_timestamp(const Document& document) {
  Timestamp out;
  TRY_SET(out.head, read_head(document, kTimestamp));
  TRY_SET(const Json* files, member(document.signed_part, "meta"));
  TRY_SET(const Json* snapshot, member(*files, "snapshot.json"));
  TRY_SET(out.snapshot, read_file_info(*snapshot));
  return out;
}

Result<Snapshot> read_snapshot(const Document& document) {
  Snapshot out;
  TRY_SET(out.head, read_head(document, kSnapshot));
  TRY_SET(const Json::Object* files, object(document.signed_part, "meta"));
  for (const auto& [name, value] : *files) {
    TRY_SET(FileInfo info, read_file_info(value).in([&name = name] { return std::string(name); }));
    out.files.emplace(name, std::move(info));
  }
  return out;
}

Result<Targets> read_targets(const Document& document) {
  Targets out;
  TRY_SET(out.head, read_head(document, kTargets));
  TRY_SET(const Json::Object* targets, object(document.signed_part, "targets"));
  for (const auto& [name, value] : *targets) {
    TRY_SET(TargetFile target,
            read_target(name, value).in([&name = name] { return cat("target '", name, "'"); }));
    out.targets.emplace(name, std::move(target));
  }
  if (const Json* delegations = document.signed_part.find("delegations")) {
    TRY_SET(out.delegations, read_delegations(*delegations));
  }
  return out;
}

}  // namespace samara::trust

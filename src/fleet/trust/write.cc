#include "fleet/trust/write.h"

#include <algorithm>
#include <set>

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/trust/canonical.h"
#include "fleet/trust/names.h"
#include "fleet/trust/utc.h"

namespace samara::trust {
namespace {

using json::Json;

constexpr std::string_view kSpecification = "1.0.31";

Json make(std::string_view type, int64_t version, int64_t expires) {
  return Json::object({{"_type", type},
                       {"expires", print_utc(expires)},
                       {"spec_version", kSpecification},
                       {"version", version}});
}

Json child(const Json& parent, std::string_view name) {
  const Json* found = parent.find(name);
  return found && found->is_object() ? *found : Json::object();
}

void remove_member(Json& object, std::string_view name) {
  Json::Object kept;
  for (const Json::Member& member : *object.as_object())
    if (member.first != name) kept.push_back(member);
  object = Json::object_of(std::move(kept));
}

/// {"keyids", "threshold"} of the keys, which are added to `list`.
Result<Json> write_role(const RoleKeys& role, Json& list) {
  Json ids = Json::array();
  std::set<std::string> seen;
  for (const Json& key : role.keys) {
    TRY_SET(const std::string id, key_id(key));
    if (!seen.insert(id).second)
      return Error(Code::invalid_argument, cat("the key ", id, " is given twice"));
    list.set(id, key);
    ids.push(id);
  }
  if (role.threshold < 1 || role.threshold > static_cast<int64_t>(role.keys.size()))
    return Error(Code::invalid_argument,
                 cat(role.keys.size(), " keys cannot reach a threshold of ", role.threshold));
  return Json::object({{"keyids", std::move(ids)}, {"threshold", role.threshold}});
}

void collect_ids(const Json& role, std::set<std::string>& ids) {
  const Json* list = role.find("keyids");
  if (!list || !list->as_array()) return;
  for (const Json& id : *list->as_array())
    if (id.as_string()) ids.insert(*id.as_string());
}

/// The keys that some role names.
Json used_keys(const Json& keys, const std::set<std::string>& ids) {
  Json out = Json::object();
  for (const Json::Member& key : *keys.as_object())
    if (ids.count(key.first) > 0) out.set(key.first, key.second);
  return out;
}

}  // namespace

Json make_root(int64_t version, int64_t expires) {
  Json out = make(kRoot, version, expires);
  return out.set("consistent_snapshot", true)
      .set("keys", Json::object())
      .set("roles", Json::object());
}

Json make_targets(int64_t version, int64_t expires) {
  return make(kTargets, version, expires).set("targets", Json::object());
}

Json make_snapshot(int64_t version, int64_t expires) {
  return make(kSnapshot, version, expires).set("meta", Json::object());
}

Json make_timestamp(int64_t version, int64_t expires) {
  return make(kTimestamp, version, expires).set("meta", Json::object());
}

Status set_role(Json& root, std::string_view role, const RoleKeys& keys) {
  if (!is_top_level(role))
    return Error(Code::invalid_argument, cat("a root has no role '", role, "'"));
  Json list = child(root, "keys"), roles = child(root, "roles");
  TRY_SET(const Json written, write_role(keys, list));
  Json entry = child(roles, role);
  entry.set("keyids", *written.find("keyids")).set("threshold", keys.threshold);
  roles.set(role, std::move(entry));
  std::set<std::string> ids;
  for (const Json::Member& one : *roles.as_object()) collect_ids(one.second, ids);
  root.set("keys", used_keys(list, ids)).set("roles", std::move(roles));
  return ok();
}

Status delegate(Json& targets, const NewDelegation& delegation) {
  if (delegation.name.empty() || is_top_level(delegation.name))
    return Error(Code::invalid_argument,
                 cat("no delegated role may be called '", delegation.name, "'"));
  Json delegations = child(targets, "delegations");
  Json list = child(delegations, "keys");
  TRY_SET(Json role, write_role(delegation.keys, list));
  role.set("name", delegation.name)
      .set("paths", Json::list(delegation.paths))
      .set("terminating", delegation.terminating);
  Json roles = Json::array();
  bool placed = false;
  std::set<std::string> ids;
  const Json* before = delegations.find("roles");
  for (const Json& one : before && before->as_array() ? *before->as_array() : Json::Array()) {
    const Json* name = one.find("name");
    const bool same = name && name->as_string() && *name->as_string() == delegation.name;
    roles.push(same ? role : one);
    placed = placed || same;
  }
  if (!placed) roles.push(role);
  for (const Json& one : *roles.as_array()) collect_ids(one, ids);
  remove_member(delegations, "succinct_roles");
  delegations.set("keys", used_keys(list, ids)).set("roles", std::move(roles));
  targets.set("delegations", std::move(delegations));
  return ok();
}

Status delegate_to_bins(Json& targets, const std::string& prefix, int bits, const RoleKeys& keys) {
  if (bits < 1 || bits > 32)
    return Error(Code::invalid_argument, cat("bins have 1 to 32 bits, not ", bits));
  Json list = Json::object();
  TRY_SET(Json role, write_role(keys, list));
  role.set("bit_length", bits).set("name_prefix", prefix);
  targets.set("delegations",
              Json::object({{"keys", std::move(list)}, {"succinct_roles", std::move(role)}}));
  return ok();
}

Status set_target(Json& targets, const TargetFile& target) {
  TRY(check_target_name(target.name));
  Json hashes = Json::object();
  for (const auto& [algorithm, digits] : target.hashes) hashes.set(algorithm, digits);
  Json entry = Json::object({{"hashes", std::move(hashes)}, {"length", target.length}});
  if (!target.custom.is_null()) entry.set("custom", target.custom);
  Json all = child(targets, "targets");
  all.set(target.name, std::move(entry));
  targets.set("targets", std::move(all));
  return ok();
}

bool remove_target(Json& targets, std::string_view name) {
  Json all = child(targets, "targets");
  if (!all.find(name)) return false;
  remove_member(all, name);
  targets.set("targets", std::move(all));
  return true;
}

Result<TargetFile> describe(std::string name, std::string_view content) {
  TRY(check_target_name(name));
  TargetFile out{.name = std::move(name), .length = content.size(), .hashes = {}, .custom = {}};
  for (const char* algorithm : {"sha256", "sha512"}) {
    TRY_SET(const crypto::Bytes found,
            crypto::digest(*algorithm_of(algorithm), crypto::bytes_of(content)));
    out.hashes.emplace_back(algorithm, hex(found));
  }
  return out;
}

Status list_file(Json& listing, std::string_view name, std::string_view content) {
  TRY_SET(const Document document, read_document(content));
  const Json* version = document.signed_part.find("version");
  if (!version || !version->is_plain_integer())
    return Error(Code::invalid_argument, "metadata without a version");
  Json meta = child(listing, "meta");
  meta.set(name, Json::object(
                     {{"hashes", Json::object({{"sha256", sha256_hex(crypto::bytes_of(content))}})},
                      {"length", content.size()},
                      {"version", *version}}));
  listing.set("meta", std::move(meta));
  return ok();
}

Status renew(Json& part, int64_t expires) {
  const Json* version = part.find("version");
  const auto number = version ? version->as_integer() : std::nullopt;
  if (!number || *number < 0 || *number >= (int64_t{1} << 53) - 1)
    return Error(Code::invalid_argument, "metadata without a version that can go up");
  part.set("version", *number + 1).set("expires", print_utc(expires));
  return ok();
}

Json unsigned_file(Json part) {
  return Json::object({{"signatures", Json::array()}, {"signed", std::move(part)}});
}

Status sign(Json& file, const Signer& signer) {
  const Json* part = file.find("signed");
  if (!part || !part->is_object())
    return Error(Code::invalid_argument, "no metadata: the member \"signed\" is missing");
  TRY_SET(const std::string bytes, canonical(*part));
  TRY_SET(const std::string signature, signer.sign(bytes));
  const Json* before = file.find("signatures");
  Json list = Json::array();
  for (const Json& one : before && before->as_array() ? *before->as_array() : Json::Array()) {
    const Json* id = one.find("keyid");
    if (!id || !id->as_string() || *id->as_string() != signer.id()) list.push(one);
  }
  list.push(Json::object({{"keyid", signer.id()}, {"sig", signature}}));
  file.set("signatures", std::move(list));
  return ok();
}

std::string print(const Json& file) { return file.dump(1) + "\n"; }

}  // namespace samara::trust

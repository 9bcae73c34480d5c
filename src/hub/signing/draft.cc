#include "hub/signing/draft.h"

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "base/try.h"
#include "fleet/trust/client.h"
#include "fleet/trust/names.h"
#include "fleet/trust/utc.h"
#include "fleet/trust/write.h"

namespace samara::hub {
namespace {

using json::Json;
using trust::Folder;
using trust::TargetFile;

auto in_role(std::string_view role) {
  return [role] { return cat("role ", role); };
}

/// A file as it is kept: with the version and expiry that it says of itself.
Result<SignedFile> signed_file(std::string_view role, const std::string& content) {
  TRY_SET(const trust::Document document, trust::read_document(content));
  const Json* version = document.signed_part.find("version");
  const Json* expires = document.signed_part.find("expires");
  const auto number = version ? version->as_integer() : std::nullopt;
  const auto time =
      expires && expires->as_string() ? trust::parse_utc(*expires->as_string()) : std::nullopt;
  if (!number || *number < 1 || !time)
    return Error(Code::invalid_argument, "has no version or no time of expiry");
  return SignedFile{std::string(role), *number, *time, content};
}

Status check_expiry(const trust::Head& head, int64_t now) {
  if (now < head.expires) return ok();
  return Error(Code::failed_precondition, cat("expired at ", trust::print_utc(head.expires)));
}

Folder folder_of(PointerKind kind) {
  return kind == PointerKind::channel ? Folder::channels : Folder::pins;
}

std::string name_of(const Holdings::Pointer& p) {
  return trust::target_name(folder_of(p.kind), p.model, p.name);
}

std::string in_words(const Holdings::Pointer& p) {
  return cat("the ", p.kind == PointerKind::channel ? "channel" : "pin", " '", p.name, "' of '",
             p.model, "'");
}

/// What a version's `custom` member says.
Json version_custom(const std::string& version, const wire::Target& target) {
  Json out = Json::object({{"version", version}});
  if (target != wire::Target()) out.set("target", wire::to_json(target));
  return out;
}

/// The state that devices have, as a store from which one goes on.
class Memory final : public trust::Store {
 public:
  explicit Memory(const SignedFiles& files) {
    for (const auto& [role, file] : files) files_.emplace(role, file.content);
  }
  Result<std::string> load(std::string_view role) override {
    const auto at = files_.find(role);
    if (at == files_.end()) return Error(Code::not_found, "not there");
    return at->second;
  }
  Status save(std::string_view role, std::string_view bytes) override {
    files_.insert_or_assign(std::string(role), std::string(bytes));
    return ok();
  }

 private:
  std::map<std::string, std::string, std::less<>> files_;
};

}  // namespace

const std::string* Draft::file(std::string_view role) const {
  if (const auto at = fresh_.find(role); at != fresh_.end()) return &at->second;
  const auto at = before_.find(role);
  return at == before_.end() ? nullptr : &at->second.content;
}

Status Draft::take(const OwnersFiles& sent) {
  sent_ = !sent.empty();
  for (const auto& [role, content] : sent) {
    if (role == trust::kSnapshot || role == trust::kTimestamp || role == trust::kOnline)
      return Error(Code::invalid_argument, "is signed by the hub itself").in(in_role(role)());
    TRY_SET(SignedFile one, signed_file(role, content).in(in_role(role)));
    const auto before = before_.find(role);
    if (before != before_.end()) {
      if (before->second.content == content) continue;
      if (one.version != before->second.version + 1)
        return Error(Code::failed_precondition,
                     cat("is of version ", one.version, "; the hub has version ",
                         before->second.version, ", and takes the one after it"))
            .in(in_role(role)());
    }
    fresh_.emplace(role, content);
    next_.files.push_back(std::move(one));
  }
  return ok();
}

Status Draft::read() {
  for (const std::string_view role : {trust::kRoot, trust::kTargets}) {
    if (!file(role))
      return Error(Code::failed_precondition,
                   cat("a repository begins with root, targets and what targets delegates to; ",
                       role, " is missing"));
  }
  TRY_SET(const trust::Document root, trust::read_document(*file(trust::kRoot)));
  TRY_SET(root_, trust::read_root(root).in(in_role(trust::kRoot)));
  TRY(trust::verify_signatures(root, root_.roles.find(trust::kRoot)->second, root_.keys)
          .in(in_role(trust::kRoot)));
  if (!root_.consistent_snapshot)
    return Error(Code::invalid_argument, "the root must ask for consistent snapshots");
  TRY_SET(const trust::Document targets, trust::read_document(*file(trust::kTargets)));
  TRY(trust::verify_signatures(targets, root_.roles.find(trust::kTargets)->second, root_.keys)
          .in(in_role(trust::kTargets)));
  TRY_SET(targets_, trust::read_targets(targets).in(in_role(trust::kTargets)));
  if (!targets_.delegations || targets_.delegations->bins)
    return Error(Code::invalid_argument, "targets must delegate to roles by name");
  for (const trust::Delegation& to : targets_.delegations->roles) {
    if (to.name == trust::kOnline) continue;
    const std::string* content = file(to.name);
    if (!content)
      return Error(Code::failed_precondition,
                   cat("targets delegates to the role '", to.name, "', which is missing"));
    TRY_SET(const trust::Document document, trust::read_document(*content));
    TRY(trust::verify_signatures(document, to.role, targets_.delegations->keys)
            .in(in_role(to.name)));
    TRY_SET(trust::Targets read, trust::read_targets(document).in(in_role(to.name)));
    if (sent_) TRY(check_expiry(read.head, now_).in(in_role(to.name)));
    delegated_.emplace(to.name, std::move(read));
  }
  for (const auto& [role, content] : fresh_) {
    if (role != trust::kRoot && role != trust::kTargets && !delegated_.contains(role))
      return Error(Code::invalid_argument, cat("targets delegates to no role '", role, "'"));
  }
  return ok();
}

/// The role that devices ask first for a target of that name; empty: none.
std::string_view Draft::responsible(const std::string& name) const {
  const auto roles = trust::responsible_for(*targets_.delegations, name);
  if (roles.empty()) return {};
  for (const trust::Delegation& one : targets_.delegations->roles)
    if (one.name == roles[0].name) return one.name;
  return {};
}

/// What the owner's keys say of a target; null where they say nothing.
const TargetFile* Draft::signed_as(const std::string& name) const {
  if (const auto at = targets_.targets.find(name); at != targets_.targets.end()) return &at->second;
  const auto role = delegated_.find(responsible(name));
  if (role == delegated_.end()) return nullptr;
  const auto at = role->second.targets.find(name);
  return at == role->second.targets.end() ? nullptr : &at->second;
}

const TargetFile* Draft::signed_version(const std::string& model,
                                        const std::string& version) const {
  return signed_as(trust::target_name(Folder::models, model, version));
}

const Holdings::Version* Draft::listed(const std::string& model, const std::string& version) const {
  for (const Holdings::Version& one : holdings_.versions)
    if (one.model == model && one.version == version) return &one;
  return nullptr;
}

Status Draft::compare_version(const TargetFile& target_file, const trust::LayoutName& name) const {
  const Holdings::Version* version = listed(name.model, name.of);
  if (!version)
    return Error(Code::failed_precondition, cat("the project has no version ", name.of, " of '",
                                                name.model, "'; upload it first"));
  const std::string sha256 = trust::digest_of(target_file, "sha256");
  if (sha256 != version->sha256 || target_file.length != version->size)
    return Error(Code::failed_precondition,
                 cat("is signed for with the SHA-256 ", sha256, " and ", target_file.length,
                     " bytes; what was uploaded has ", version->sha256, " and ", version->size));
  if (trust::version_of(target_file) != name.of)
    return Error(Code::invalid_argument, "its custom member names another version");
  const Json* custom = target_file.custom.find("target");
  TRY_SET(const wire::Target meant, wire::read_target(custom ? *custom : Json::object()));
  if (meant == version->target) return ok();
  return Error(Code::failed_precondition,
               cat("is signed for as meant for the devices ", wire::to_json(meant).dump(),
                   "; what was uploaded is for ", wire::to_json(version->target).dump()));
}

Status Draft::compare() {
  for (const auto& [role, targets] : delegated_) {
    if (!fresh_.contains(role)) continue;
    trust::Targets old;
    if (const auto at = before_.find(role); at != before_.end()) {
      TRY_SET(const trust::Document document, trust::read_document(at->second.content));
      TRY_SET(old, trust::read_targets(document));
    }
    for (const auto& [name, target] : targets.targets) {
      const auto parts = trust::parse_target_name(name);
      if (!parts || parts->folder != Folder::models) continue;
      const auto known = old.targets.find(name);
      if (known != old.targets.end() && known->second.hashes == target.hashes) continue;
      TRY(compare_version(target, *parts).in([&name = name] {
        return cat("target '", name, "'");
      }));
    }
  }
  TRY_SET(const auto owners, owners_pointers());
  return compare_pointers(owners);
}

/// The channels and pins that the owner's keys sign for.
Result<std::vector<Holdings::Pointer>> Draft::owners_pointers() const {
  std::vector<Holdings::Pointer> out;
  for (const auto& [role, targets] : delegated_) {
    for (const auto& [name, target] : targets.targets) {
      const auto parts = trust::parse_target_name(name);
      if (!parts || (parts->folder != Folder::channels && parts->folder != Folder::pins)) continue;
      if (responsible(name) != role) continue;
      const std::string version = trust::version_of(target);
      const TargetFile* chosen = signed_version(parts->model, version);
      if (!chosen || chosen->hashes != target.hashes || chosen->length != target.length)
        return Error(Code::failed_precondition,
                     cat("target '", name, "' chooses version '", version,
                         "', which is not signed for with that content"));
      const auto kind =
          parts->folder == Folder::channels ? PointerKind::channel : PointerKind::alias;
      out.push_back({kind, parts->of, parts->model, version});
    }
  }
  return out;
}

/// Whether the owner's keys said something of the target before.
bool Draft::was_signed(const std::string& name) const {
  const std::string quoted = cat("\"", name, "\"");
  return std::any_of(before_.begin(), before_.end(), [&](const auto& one) {
    return one.first != trust::kOnline && one.second.content.find(quoted) != std::string::npos;
  });
}

// Where the owner has just signed, what the project has follows; else it must be what was signed.
Status Draft::compare_pointers(const std::vector<Holdings::Pointer>& owners) {
  const auto same = [](const Holdings::Pointer& p) {
    return [&p](const Holdings::Pointer& other) {
      return other.kind == p.kind && other.name == p.name && other.model == p.model;
    };
  };
  pointers_ = owners;
  for (const Holdings::Pointer& has : holdings_.pointers) {
    if (responsible(name_of(has)) == trust::kOnline) {
      pointers_.push_back(has);
      continue;
    }
    const auto signed_for = std::find_if(owners.begin(), owners.end(), same(has));
    if (signed_for != owners.end() && *signed_for == has) continue;
    if (sent_ && signed_for != owners.end()) {
      next_.pointers.push_back(*signed_for);
      continue;
    }
    if (!sent_ || !was_signed(name_of(has)))
      return Error(Code::failed_precondition,
                   cat(in_words(has), " would stand for ", has.version,
                       ", which takes a signature by the owner's key (--sign KEY)"));
    next_.pointers.push_back({has.kind, has.name, has.model, ""});
  }
  for (const Holdings::Pointer& wanted : owners) {
    if (std::any_of(holdings_.pointers.begin(), holdings_.pointers.end(), same(wanted))) continue;
    if (!sent_)
      return Error(Code::failed_precondition,
                   cat(in_words(wanted), " is signed for by the owner's key, and goes by it only"));
    next_.pointers.push_back(wanted);
  }
  return ok();
}

/// A published version as the hub itself may sign for it, where that is its role's.
std::optional<TargetFile> Draft::own_version(const Holdings::Version& v) const {
  const std::string name = trust::target_name(Folder::online, v.model, v.version);
  if (!v.published || responsible(name) != trust::kOnline) return std::nullopt;
  return TargetFile{name, v.size, {{"sha256", v.sha256}}, version_custom(v.version, v.target)};
}

/// The versions for devices that must pass over what the channel stands for.
std::vector<std::string> Draft::others(const Holdings::Pointer& channel) const {
  std::map<std::string, const TargetFile*> known;
  std::vector<std::unique_ptr<TargetFile>> own;
  for (const Holdings::Version& v : holdings_.versions) {
    if (v.model != channel.model || !v.published) continue;
    const TargetFile* target = signed_version(v.model, v.version);
    if (auto mine = target ? std::nullopt : own_version(v))
      target = own.emplace_back(std::make_unique<TargetFile>(std::move(*mine))).get();
    if (target) known.emplace(v.version, target);
  }
  return trust::others(channel.version, known);
}

/// What the role `online` says: the channels and pins given to it, and, where it is given them,
/// published versions that the owner has not signed.
Result<Json> Draft::online_targets() const {
  Json part = trust::make_targets(0, 0);
  for (const Holdings::Pointer& p : pointers_) {
    const std::string name = name_of(p);
    if (responsible(name) != trust::kOnline) continue;
    const Holdings::Version* has = listed(p.model, p.version);
    const auto own = has ? own_version(*has) : std::nullopt;
    const TargetFile* chosen = signed_version(p.model, p.version);
    if (!chosen && own) chosen = &*own;
    if (!chosen)
      return Error(Code::failed_precondition,
                   cat(in_words(p), " would stand for ", p.version,
                       ", which nobody has signed; 'samara hub sign' does"));
    const bool channel = p.kind == PointerKind::channel;
    TRY(trust::set_target(
        part, {name, chosen->length, chosen->hashes,
               trust::choice(p.version, channel ? others(p) : std::vector<std::string>())}));
  }
  for (const Holdings::Version& v : holdings_.versions) {
    const auto own = own_version(v);
    if (own && !signed_version(v.model, v.version)) TRY(trust::set_target(part, *own));
  }
  return *part.find("targets");
}

Result<Draft::Own> Draft::own(std::string_view name) const {
  if (name == trust::kOnline)
    return Own{name, trust::delegated_role(*targets_.delegations, name),
               &targets_.delegations->keys, options_.online};
  return Own{name, &root_.roles.find(name)->second, &root_.keys,
             name == trust::kSnapshot ? options_.snapshot : options_.timestamp};
}

Result<Json> Draft::part_of(std::string_view role, Json otherwise) const {
  const std::string* content = file(role);
  if (!content) return otherwise;
  TRY_SET(trust::Document document, trust::read_document(*content));
  return std::move(document.signed_part);
}

/// Whether the role must be signed anew although it would say the same.
bool Draft::is_due(const Own& own) const {
  const auto at = before_.find(own.name);
  if (at == before_.end() || at->second.expires_at - now_ < own.valid / 2) return true;
  const auto document = trust::read_document(at->second.content);
  return !document.ok() || !trust::verify_signatures(*document, *own.role, *own.keys).ok();
}

Status Draft::put(const Own& own, Json part, bool changed) {
  if (!changed && !is_due(own)) return ok();
  TRY(trust::renew(part, now_ + own.valid));
  Json out = trust::unsigned_file(std::move(part));
  int64_t held = 0;
  for (const Keys::Named& key : keys_) {
    const auto& ids = own.role->key_ids;
    if (std::find(ids.begin(), ids.end(), key.signer.id()) == ids.end()) continue;
    TRY(trust::sign(out, key.signer));
    ++held;
  }
  if (held < own.role->threshold)
    return Error(Code::failed_precondition,
                 cat("takes ", own.role->threshold, " keys, of which this hub holds ", held))
        .in(in_role(own.name)());
  std::string content = trust::print(out);
  TRY_SET(SignedFile file, signed_file(own.name, content));
  fresh_.insert_or_assign(std::string(own.name), std::move(content));
  next_.files.push_back(std::move(file));
  return ok();
}

Status Draft::sign_online() {
  if (!trust::delegated_role(*targets_.delegations, trust::kOnline)) return ok();
  TRY_SET(const Own own, this->own(trust::kOnline));
  TRY_SET(Json part, part_of(trust::kOnline, trust::make_targets(0, 0)));
  TRY_SET(Json targets, online_targets());
  const bool changed = *part.find("targets") != targets;
  part.set("targets", std::move(targets));
  return put(own, std::move(part), changed);
}

Status Draft::sign_list(std::string_view role, Json first,
                        const std::vector<std::string_view>& listed) {
  TRY_SET(const Own own, this->own(role));
  TRY_SET(Json part, part_of(role, std::move(first)));
  const Json before = *part.find("meta");
  for (const std::string_view of : listed) TRY(trust::list_file(part, cat(of, ".json"), *file(of)));
  const bool changed = *part.find("meta") != before;
  return put(own, std::move(part), changed);
}

Status Draft::sign_snapshot() {
  std::vector<std::string_view> listed = {trust::kTargets};
  for (const trust::Delegation& to : targets_.delegations->roles) listed.push_back(to.name);
  return sign_list(trust::kSnapshot, trust::make_snapshot(0, 0), listed);
}

Status Draft::sign_timestamp() {
  return sign_list(trust::kTimestamp, trust::make_timestamp(0, 0), {trust::kSnapshot});
}

// Nothing that was only renewed is held back because the owner's part has expired: devices say so.
Status Draft::follow() const {
  Memory store(before_);
  if (!before_.contains(trust::kRoot)) TRY(trust::Client::bootstrap(store, *file(trust::kRoot)));
  std::map<std::string, std::string, std::less<>> served;
  for (const SignedFile& one : next_.files) {
    const bool timestamp = one.role == trust::kTimestamp;
    served.emplace(timestamp ? "timestamp.json" : cat(one.version, ".", one.role, ".json"),
                   one.content);
  }
  served.emplace("timestamp.json", *file(trust::kTimestamp));
  trust::Client client(store, [&](const std::string& name, uint64_t) -> Result<std::string> {
    const auto at = served.find(name);
    if (at == served.end()) return Error(Code::not_found, cat("there is no ", name));
    return at->second;
  });
  return client.refresh(sent_ ? now_ : 0);
}

}  // namespace samara::hub

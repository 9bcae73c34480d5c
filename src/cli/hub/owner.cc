#include "cli/hub/owner.h"

#include <algorithm>

#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/trust/remote.h"
#include "fleet/delivery/slots.h"
#include "fleet/trust/names.h"

namespace samara::cli {
namespace {

using json::Json;
using trust::Folder;

constexpr int kTries = 5;

/// Length and SHA-256 of a file, read piece by piece.
Result<trust::TargetFile> describe_file(const std::string& path) {
  TRY_SET(const File file, File::open(path));
  TRY_SET(const FileIdentity id, file.identity());
  Sha256 hash;
  std::vector<std::byte> piece(1 << 20);
  for (uint64_t at = 0; at < id.size; at += piece.size()) {
    piece.resize(static_cast<size_t>(std::min<uint64_t>(piece.size(), id.size - at)));
    TRY(file.read(at, piece));
    hash.add(piece);
  }
  trust::TargetFile out;
  out.length = id.size;
  out.hashes = {{"sha256", hex(hash.finish())}};
  return out;
}

/// The target of that name in a targets part.
Result<trust::TargetFile> target_of(const Json& part, const std::string& name) {
  TRY_SET(const trust::Document document,
          trust::read_document(trust::print(trust::unsigned_file(part))));
  TRY_SET(const trust::Targets targets, trust::read_targets(document));
  const auto at = targets.targets.find(name);
  if (at == targets.targets.end())
    return Error(Code::not_found, cat("'", name, "' is not signed for; 'samara hub sign' does"));
  return at->second;
}

/// Whether the owner's keys alone can say what a target is.
Result<bool> is_owners(HubClient& hub, const std::string& target) {
  TRY_SET(const Kept kept, ask_kept(hub));
  TRY_SET(const Json file, fetch_role(hub, kept, trust::kTargets));
  TRY_SET(const trust::Document document, trust::read_document(trust::print(file)));
  TRY_SET(const trust::Targets targets, trust::read_targets(document));
  if (!targets.delegations) return true;
  const auto roles = trust::responsible_for(*targets.delegations, target);
  return roles.empty() || roles[0].name != trust::kOnline;
}

}  // namespace

void declare_sign_flags(Args& args, SignFlags& flags) {
  args.group("Signing");
  args.option("--sign", flags.keys,
              "a private key of the role 'release', which stays here; may be repeated");
  args.option("--days", flags.days, "for how long the signature is good", 1, 36500);
  declare_passphrase(args, flags.passphrase);
}

int64_t Kept::version(std::string_view role) const {
  const Json* one = roles.find(role);
  const Json* number = one ? one->find("version") : nullptr;
  return number ? number->as_integer().value_or(0) : 0;
}

Result<Kept> ask_kept(HubClient& hub) {
  TRY_SET(const Json answer, hub.call("GET", hub.in_project("/trust")));
  const Json *keys = answer.find("keys"), *roles = answer.find("roles");
  if (!keys || !roles) return Error(Code::unsupported, "this hub keeps no signed repositories");
  return Kept{*keys, *roles};
}

Result<Json> fetch_role(HubClient& hub, const Kept& kept, std::string_view role) {
  const int64_t version = kept.version(role);
  if (version == 0)
    return Error(Code::failed_precondition,
                 cat("the project has no signed '", role, "' yet; 'samara hub trust' begins it"));
  TRY_SET(Json file,
          hub.call("GET", hub.in_project(cat("/tuf/metadata/", version, ".", role, ".json"))));
  TRY(trust::read_document(trust::print(file)).in([&] { return cat("role ", role); }));
  return file;
}

Status send_roles(HubClient& hub, Json files) {
  TRY(hub.call("POST", hub.in_project("/trust"), files));
  return ok();
}

Result<Json> sign_next(Json part, int64_t days, const std::vector<trust::Signer>& signers) {
  TRY(trust::renew(part, now() + days * 86400));
  Json file = trust::unsigned_file(std::move(part));
  for (const trust::Signer& signer : signers) TRY(trust::sign(file, signer));
  return file;
}

Status check_own(const Json& file, const std::vector<trust::Signer>& signers,
                 std::string_view role) {
  TRY_SET(const trust::Document document, trust::read_document(trust::print(file)));
  trust::Role own{.key_ids = {}, .threshold = 1};
  trust::Keys keys;
  for (const trust::Signer& signer : signers) {
    TRY_SET(trust::Key key, trust::read_key(signer.key()));
    own.key_ids.push_back(signer.id());
    keys.emplace(signer.id(), std::move(key));
  }
  if (trust::count_signatures(document, own, keys) > 0) return ok();
  return Error(Code::permission_denied,
               cat("what the hub keeps of the role '", role,
                   "' is not signed by the key given here, which will not sign it"));
}

Result<Owner> Owner::open(HubClient& hub, const SignFlags& flags) {
  TRY_SET(std::vector<trust::Signer> signers, read_signers(flags.keys, flags.passphrase));
  return Owner(hub, std::move(signers), flags.days);
}

Status Owner::change(FunctionRef<Status(Json& part)> edit) {
  for (int i = 0;; ++i) {
    TRY_SET(const Kept kept, ask_kept(*hub_));
    TRY_SET(const Json file, fetch_role(*hub_, kept, trust::kRelease));
    TRY(check_own(file, signers_, trust::kRelease));
    Json part = *file.find("signed");
    TRY(edit(part));
    TRY_SET(Json next, sign_next(std::move(part), days_, signers_));
    const Status sent =
        send_roles(*hub_, Json::object({{std::string(trust::kRelease), std::move(next)}}));
    if (sent.ok() || i == kTries) return sent;
    TRY_SET(const Kept after, ask_kept(*hub_));
    if (after.version(trust::kRelease) == kept.version(trust::kRelease)) return sent;
  }
}

Status Owner::sign_version(const std::string& model, const std::string& version,
                           const std::string& file, const std::string& golden) {
  TRY_SET(trust::TargetFile target, describe_file(file));
  target.name = trust::target_name(Folder::models, model, version);
  target.custom = Json::object({{"version", version}});
  if (!golden.empty()) {
    const auto frame = [&] { return cat("golden inputs ", golden); };
    TRY_SET(const std::string text, read_file(golden, delivery::kMostGolden).in(frame));
    TRY_SET(const Json cases, json::parse(text).in(frame));
    // As a text: signed metadata holds no fractions.
    target.custom.set("golden", cases.dump());
  }
  return change([&](Json& part) { return trust::set_target(part, target); });
}

Status Owner::point(Folder folder, const std::string& model, const std::string& name,
                    const std::string& version) {
  return change([&](Json& part) -> Status {
    TRY_SET(trust::TargetFile target,
            target_of(part, trust::target_name(Folder::models, model, version)));
    target.name = trust::target_name(folder, model, name);
    target.custom = Json::object({{"version", version}});
    return trust::set_target(part, target);
  });
}

Status point_channel(HubClient& hub, const SignFlags& flags, const std::string& model,
                     const std::string& channel, const std::string& version) {
  if (!flags.keys.empty()) {
    TRY_SET(const bool owners,
            is_owners(hub, trust::target_name(Folder::channels, model, channel)));
    if (owners) {
      TRY_SET(Owner owner, Owner::open(hub, flags));
      return owner.point(Folder::channels, model, channel, version);
    }
  }
  TRY(hub.call("PUT", hub.in_project(cat("/models/", model, "/channels/", channel)),
               Json::object({{"version", version}})));
  return ok();
}

}  // namespace samara::cli

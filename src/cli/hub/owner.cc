#include "cli/hub/owner.h"

#include <algorithm>
#include <cstdio>

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

Result<trust::Targets> targets_of(const Json& part) {
  TRY_SET(const trust::Document document,
          trust::read_document(trust::print(trust::unsigned_file(part))));
  return trust::read_targets(document);
}

/// The versions for devices that must pass over what a channel is to stand for: of those that are
/// signed for, what the hub has published.
std::vector<std::string> others(const Json& listed, const trust::Targets& targets,
                                const std::string& model, const std::string& version) {
  std::map<std::string, const trust::TargetFile*> known;
  const Json* versions = listed.find("versions");
  if (!versions || !versions->as_array()) return {};
  for (const Json& one : *versions->as_array()) {
    const Json* published = one.find("published");
    const std::string text = text_of(one, "version");
    const auto at = targets.targets.find(trust::target_name(Folder::models, model, text));
    const bool out = published && published->as_bool() && *published->as_bool();
    if ((out || text == version) && at != targets.targets.end()) known.emplace(text, &at->second);
  }
  return trust::others(version, known);
}

/// The target of that name.
Result<trust::TargetFile> target_of(const trust::Targets& targets, const std::string& name) {
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

void declare_golden_flag(Args& args, std::string& golden) {
  args.option("--golden", golden,
              "JSON of inputs and outputs that are signed for, too: devices try them first");
}

void declare_target_flags(Args& args, TargetFlags& flags) {
  args.group("For which devices");
  args.option("--app", flags.target.app, "the app's name");
  args.option("--app-versions", flags.target.app_versions, "a range, e.g. '>=2.1 <3.0.0'");
  args.option("--os", flags.target.os, "an operating system, e.g. linux; may be repeated");
  args.option("--abi", flags.target.abi, "a processor, e.g. aarch64; may be repeated");
  args.option("--device-class", flags.target.device_class, "e.g. phone; may be repeated");
  args.option("--least-memory", flags.least_memory, "bytes that the device has", 0,
              int64_t{1} << 50);
}

Result<Json> TargetFlags::json() const {
  wire::Target whole = target;
  whole.least_memory = static_cast<uint64_t>(least_memory);
  TRY(wire::check_target(whole));
  return whole == wire::Target() ? Json() : wire::to_json(whole);
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
                           const std::string& file, const Json& filter, const std::string& golden) {
  TRY_SET(trust::TargetFile target, describe_file(file));
  target.name = trust::target_name(Folder::models, model, version);
  target.custom = Json::object({{"version", version}});
  if (!filter.is_null()) target.custom.set("target", filter);
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
  TRY_SET(const Json listed, hub_->call("GET", hub_->in_project("/models/" + model)));
  return change([&](Json& part) -> Status {
    TRY_SET(const trust::Targets targets, targets_of(part));
    TRY_SET(trust::TargetFile target,
            target_of(targets, trust::target_name(Folder::models, model, version)));
    target.name = trust::target_name(folder, model, name);
    target.custom =
        trust::choice(version, folder == Folder::channels ? others(listed, targets, model, version)
                                                          : std::vector<std::string>());
    return trust::set_target(part, target);
  });
}

Status point(HubClient& hub, const SignFlags& flags, Folder folder, const std::string& model,
             const std::string& name, const std::string& version) {
  if (!flags.keys.empty()) {
    TRY_SET(const bool owners, is_owners(hub, trust::target_name(folder, model, name)));
    if (owners) {
      TRY_SET(Owner owner, Owner::open(hub, flags));
      return owner.point(folder, model, name, version);
    }
  }
  const std::string_view kind = folder == Folder::pins ? "/aliases/" : "/channels/";
  TRY(hub.call("PUT", hub.in_project(cat("/models/", model, kind, name)),
               Json::object({{"version", version}})));
  return ok();
}

void print_pointer(bool json, const std::string& name, const std::string& version,
                   const std::string& sentence) {
  const Json result = Json::object({{"name", name}, {"version", version}});
  std::printf("%s\n", json ? result.dump(2).c_str() : sentence.c_str());
}

}  // namespace samara::cli

// samara hub trust: begins a project's signed repository, changes who signs in it, takes files that
// were signed elsewhere, and shows how things stand. Keys stay on this machine.
#include <cstdio>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/owner.h"
#include "fleet/trust/names.h"

namespace samara::cli::commands {
namespace {

struct HubTrust {
  using Json = json::Json;
  using Signers = std::vector<trust::Signer>;

  HubFlags hub;
  std::vector<std::string> root_keys, targets_keys, release_keys, paths, uploads;
  bool online = false, adopt = false;
  int64_t days = 365;
  std::string output;
  PassphraseFlags passphrase;

  void declare(Args& args) {
    args.option("--root-key", root_keys, "begins the repository: a key of the role root");
    args.option("--targets-key", targets_keys,
                "a key of the role targets, which says who signs models; with it alone that is "
                "changed, or signed anew");
    args.option("--release-key", release_keys, "a key of the role release, which signs models");
    args.option("--online", online,
                "the hub itself signs what channels stand for, and what comes without a signature "
                "(which devices take only where their app allows it)");
    args.option("--online-path", paths,
                "only such targets, e.g. 'channels/beta/*'; may be repeated");
    args.option("--adopt", adopt,
                "sign for the versions and channels that the hub has already, as it tells them");
    args.option("--days", days, "for how long the signatures are good", 1, 36500);
    args.option("--output", output, "where the new root goes, which devices begin with");
    args.option("--upload", uploads,
                "a file of metadata that was signed elsewhere, e.g. by 'samara key rotate'");
    declare_passphrase(args, passphrase);
    declare_hub_flags(args, hub);
  }

  Result<int> run(const Args& args) {
    TRY_SET(HubClient client, HubClient::open(hub));
    TRY_SET(const Kept kept, ask_kept(client));
    if (!uploads.empty()) {
      TRY(send_files(client));
    } else if (!root_keys.empty()) {
      TRY(begin(client, kept));
    } else if (!targets_keys.empty()) {
      TRY(change(client, kept, args));
    }
    TRY_SET(const Kept now_kept, ask_kept(client));
    show(now_kept);
    return 0;
  }

  void show(const Kept& kept) const {
    if (hub.json) {
      std::printf("%s\n",
                  Json::object({{"keys", kept.keys}, {"roles", kept.roles}}).dump(2).c_str());
      return;
    }
    if (kept.roles.as_object()->empty())
      std::printf("nothing is signed yet; --root-key, --targets-key and --release-key begin it\n");
    std::vector<std::vector<std::string>> rows = {{"role", "version", "good until"}};
    for (const auto& [role, one] : *kept.roles.as_object())
      rows.push_back({role, cat(kept.version(role)), text_of(one, "expires_at")});
    if (rows.size() > 1) std::printf("%s", columns(rows).c_str());
  }

  /// "root" of "2.root.json"; the role that it says of itself otherwise.
  static std::string role_of_file(const std::string& path, const Json& file) {
    std::string name = path.substr(path.rfind('/') + 1);
    if (name.ends_with(".json")) name.resize(name.size() - 5);
    const std::string_view digits = "0123456789";
    const size_t at = name.find_first_not_of(digits);
    if (at != name.npos && at > 0 && name[at] == '.') return name.substr(at + 1);
    return text_of(*file.find("signed"), "_type");
  }

  Status send_files(HubClient& client) const {
    Json files = Json::object();
    for (const std::string& path : uploads) {
      TRY_SET(Json file, read_metadata(path));
      const std::string role = role_of_file(path, file);
      files.set(role, std::move(file));
    }
    return send_roles(client, std::move(files));
  }

  static trust::RoleKeys keys_of(const Signers& signers) {
    trust::RoleKeys out{.keys = {}, .threshold = static_cast<int64_t>(signers.size())};
    for (const trust::Signer& one : signers) out.keys.push_back(one.key());
    return out;
  }

  static Result<trust::RoleKeys> hubs_key(const Kept& kept, std::string_view role) {
    const Json* key = kept.keys.find(role);
    if (!key) return Error(Code::not_found, cat("the hub holds no key for the role ", role));
    return trust::RoleKeys{.keys = {*key}, .threshold = 1};
  }

  /// Who signs what. The hub's role comes first and ends the search for what it is given.
  Status delegate(Json& targets, const Kept& kept, const trust::RoleKeys& release) const {
    if (online || !paths.empty()) {
      TRY_SET(trust::RoleKeys keys, hubs_key(kept, trust::kOnline));
      const std::vector<std::string> all = {"channels/*/*", "pins/*/*", "online/*/*"};
      TRY(trust::delegate(targets, {std::string(trust::kOnline), std::move(keys),
                                    paths.empty() ? all : paths, true}));
    }
    return trust::delegate(
        targets,
        {std::string(trust::kRelease), release, {"models/*/*", "channels/*/*", "pins/*/*"}, true});
  }

  Status begin(HubClient& client, const Kept& kept) {
    if (targets_keys.empty() || release_keys.empty())
      return Error(Code::invalid_argument, "--targets-key and --release-key are needed as well");
    if (kept.version(trust::kRoot) > 0)
      return Error(Code::failed_precondition,
                   "the project has a root already; 'samara key rotate' makes the next one");
    TRY_SET(const Signers roots, read_signers(root_keys, passphrase));
    TRY_SET(const Signers tops, read_signers(targets_keys, passphrase));
    TRY_SET(const Signers releases, read_signers(release_keys, passphrase));
    Json root = trust::make_root(0, 0);
    TRY(trust::set_role(root, trust::kRoot, keys_of(roots)));
    TRY(trust::set_role(root, trust::kTargets, keys_of(tops)));
    for (const std::string_view role : {trust::kSnapshot, trust::kTimestamp}) {
      TRY_SET(const trust::RoleKeys keys, hubs_key(kept, role));
      TRY(trust::set_role(root, role, keys));
    }
    Json targets = trust::make_targets(0, 0), release = trust::make_targets(0, 0);
    TRY(delegate(targets, kept, keys_of(releases)));
    if (adopt) TRY(adopt_all(client, release));
    TRY_SET(const Json root_file, sign_next(std::move(root), days, roots));
    TRY_SET(Json targets_file, sign_next(std::move(targets), days, tops));
    TRY_SET(Json release_file, sign_next(std::move(release), days, releases));
    TRY(send_roles(client,
                   Json::object({{std::string(trust::kRoot), root_file},
                                 {std::string(trust::kTargets), std::move(targets_file)},
                                 {std::string(trust::kRelease), std::move(release_file)}})));
    const std::string path = output.empty() ? "1.root.json" : output;
    TRY(write_file(path, trust::print(root_file)));
    std::fprintf(stderr, "%s is the root that devices begin with\n", path.c_str());
    return ok();
  }

  /// Versions and channels as the hub tells them.
  static Status adopt_all(HubClient& client, Json& release) {
    TRY_SET(const Json models, client.call("GET", client.in_project("/models")));
    for (const Json& model : *models.find("models")->as_array()) {
      const std::string name = text_of(model, "name");
      TRY_SET(const Json full, client.call("GET", client.in_project(cat("/models/", name))));
      std::map<std::string, trust::TargetFile> by_version;
      for (const Json& version : *full.find("versions")->as_array()) {
        const std::string number = text_of(version, "version");
        trust::TargetFile target;
        target.name = trust::target_name(trust::Folder::models, name, number);
        target.length = static_cast<uint64_t>(version.find("size")->as_integer().value_or(0));
        target.hashes = {{"sha256", text_of(version, "sha256")}};
        target.custom = Json::object({{"version", number}});
        TRY(trust::set_target(release, target));
        by_version.emplace(number, std::move(target));
      }
      for (const auto& [list, folder] : {std::pair("channels", trust::Folder::channels),
                                         std::pair("aliases", trust::Folder::pins)}) {
        for (const Json& pointer : *full.find(list)->as_array()) {
          trust::TargetFile target = by_version[text_of(pointer, "version")];
          target.name = trust::target_name(folder, name, text_of(pointer, "name"));
          TRY(trust::set_target(release, target));
        }
      }
    }
    return ok();
  }

  /// The keys that targets gives to a role.
  static Result<trust::RoleKeys> present_keys(const Json& targets, std::string_view role) {
    const Json* delegations = targets.find("delegations");
    const Json* roles = delegations ? delegations->find("roles") : nullptr;
    for (const Json& one : roles && roles->as_array() ? *roles->as_array() : Json::Array()) {
      if (text_of(one, "name") != role) continue;
      trust::RoleKeys out{.keys = {}, .threshold = *one.find("threshold")->as_integer()};
      for (const Json& id : *one.find("keyids")->as_array())
        out.keys.push_back(*delegations->find("keys")->find(*id.as_string()));
      return out;
    }
    return Error(Code::not_found, cat("targets delegates to no role '", role, "'"));
  }

  /// Other keys for `release`, `online` given or taken away; or the same for another time.
  Status change(HubClient& client, const Kept& kept, const Args& args) {
    TRY_SET(const Signers tops, read_signers(targets_keys, passphrase));
    TRY_SET(const Signers releases, read_signers(release_keys, passphrase));
    TRY_SET(const Json file, fetch_role(client, kept, trust::kTargets));
    TRY(check_own(file, tops, trust::kTargets));
    const Json& before = *file.find("signed");
    TRY_SET(const trust::RoleKeys old_keys, present_keys(before, trust::kRelease));
    const bool had_online = present_keys(before, trust::kOnline).ok();
    if (!args.given("--online") && paths.empty()) online = had_online;
    Json targets = trust::make_targets(kept.version(trust::kTargets), 0);
    TRY(delegate(targets, kept, releases.empty() ? old_keys : keys_of(releases)));
    TRY_SET(Json targets_file, sign_next(std::move(targets), days, tops));
    Json files = Json::object({{std::string(trust::kTargets), std::move(targets_file)}});
    if (!releases.empty()) {
      TRY_SET(Json part, own_release(client, kept, old_keys));
      if (had_online && !online) TRY(take_over(client, kept, part));
      TRY_SET(Json release_file, sign_next(std::move(part), days, releases));
      files.set(trust::kRelease, std::move(release_file));
    }
    return send_roles(client, std::move(files));
  }

  /// What `release` says now, by the keys that it had: the hub cannot have changed it.
  static Result<Json> own_release(HubClient& client, const Kept& kept,
                                  const trust::RoleKeys& keys) {
    TRY_SET(const Json file, fetch_role(client, kept, trust::kRelease));
    trust::Role role{.key_ids = {}, .threshold = keys.threshold};
    trust::Keys known;
    for (const Json& key : keys.keys) {
      TRY_SET(const std::string id, trust::key_id(key));
      TRY_SET(trust::Key read, trust::read_key(key));
      role.key_ids.push_back(id);
      known.emplace(id, std::move(read));
    }
    TRY_SET(const trust::Document document, trust::read_document(trust::print(file)));
    TRY(trust::verify_signatures(document, role, known).in([] {
      return std::string("what the hub keeps of the role release");
    }));
    return *file.find("signed");
  }

  /// What the hub had signed of channels and pins is signed by the owner from now on.
  static Status take_over(HubClient& client, const Kept& kept, Json& release) {
    TRY_SET(const Json file, fetch_role(client, kept, trust::kOnline));
    TRY_SET(const trust::Document document, trust::read_document(trust::print(file)));
    TRY_SET(const trust::Targets targets, trust::read_targets(document));
    for (const auto& [name, target] : targets.targets) {
      const auto parts = trust::parse_target_name(name);
      if (parts && parts->folder != trust::Folder::online) TRY(trust::set_target(release, target));
    }
    return ok();
  }
};

}  // namespace

extern const Command hub_trust =
    define_command<HubTrust>("hub trust", "begin or change a project's signed repository");

}  // namespace samara::cli::commands

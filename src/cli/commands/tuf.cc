// samara tuf: a client of any repository of The Update Framework, and a publisher of one in a folder.
// The client's command line is the contract of theupdateframework/tuf-conformance (CLIENT-CLI.md),
// so that its suite can drive it.
#include <cstdio>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/trust/keys.h"
#include "cli/trust/publish.h"
#include "cli/trust/remote.h"
#include "fleet/agent/fetch_below.h"
#include "fleet/trust/client.h"
#include "fleet/trust/names.h"

namespace samara::cli::commands {
namespace {

struct Options {
  std::string action, root;
  std::string metadata_dir, metadata_url, target_dir, target_base_url, ca_file;
  std::vector<std::string> target_names;
  std::string repository_dir, files;
  std::vector<std::string> keys;
  int64_t days = 90;
  PassphraseFlags passphrase;
};

void declare(Args& args, Options& o) {
  args.positional(
      "ACTION", o.action,
      "init (with the first root), refresh (the metadata), download (targets), publish");
  args.positional("ROOT", o.root, "of init: the first root.json, from a source you trust", false);
  args.option("--metadata-dir", o.metadata_dir, "where the trusted metadata is kept");
  args.option("--metadata-url", o.metadata_url, "the repository's address for metadata");
  args.option("--target-base-url", o.target_base_url, "the repository's address for targets");
  args.option("--target-name", o.target_names, "a target to download; may be repeated");
  args.option("--target-dir", o.target_dir, "where targets are put, under their encoded names");
  args.option("--ca-file", o.ca_file, "authorities to trust in place of the system's, in PEM");
  args.group("Publishing");
  args.option("--repository-dir", o.repository_dir,
              "the folder to serve: metadata/ and targets/ are made below it");
  args.option("--files", o.files, "the folder whose files are published");
  args.option("--key", o.keys,
              "a private key, for all roles or as ROLE=FILE for root, targets, snapshot or "
              "timestamp; may be repeated");
  args.option("--days", o.days, "for how long the targets are good", 1, 36500);
  declare_passphrase(args, o.passphrase);
}

Status need(const std::string& value, const char* flag) {
  if (!value.empty()) return ok();
  return Error(Code::invalid_argument, cat(flag, " is needed"));
}

Status init(const Options& o) {
  TRY(need(o.root, "ROOT"));
  TRY_SET(const std::string root, read_file(o.root, trust::Limits().root_bytes));
  const auto store = trust::folder_store(o.metadata_dir);
  return trust::Client::bootstrap(*store, root).in([&] { return o.root; });
}

Status download_one(trust::Client& client, http::Client& http, const Options& o,
                    const std::string& name) {
  TRY_SET(const trust::TargetFile target, client.find(name));
  TRY_SET(const std::string remote, client.remote_path(target));
  const std::string path = cat(o.target_dir, "/", trust::encode(name));
  const char* slash = o.target_base_url.ends_with('/') ? "" : "/";
  TRY(download(http, cat(o.target_base_url, slash, remote), target, path));
  std::printf("%s\n", path.c_str());
  return ok();
}

/// "ROLE=FILE", or "FILE" for every role.
Result<RoleSigners> role_signers(const Options& o) {
  RoleSigners out;
  for (const std::string& key : o.keys) {
    const size_t equals = key.find('=');
    const std::string role = equals == key.npos ? "" : key.substr(0, equals);
    const bool one = trust::is_top_level(role);
    TRY_SET(const trust::Signer signer,
            read_signer(one ? key.substr(equals + 1) : key, o.passphrase));
    for (const std::string_view each :
         {trust::kRoot, trust::kTargets, trust::kSnapshot, trust::kTimestamp})
      if (!one || role == each) out[std::string(each)].push_back(signer);
  }
  return out;
}

Status publish_folder(const Options& o) {
  TRY(need(o.repository_dir, "--repository-dir"));
  TRY(need(o.files, "--files"));
  TRY_SET(const RoleSigners signers, role_signers(o));
  TRY_SET(const auto written, publish({o.repository_dir, o.files, now(), o.days}, signers));
  for (const std::string& path : written) std::printf("%s\n", path.c_str());
  return ok();
}

Result<int> run(const Args&, Options& o) {
  if (o.action == "publish") {
    TRY(publish_folder(o));
    return 0;
  }
  TRY(need(o.metadata_dir, "--metadata-dir"));
  if (o.action == "init") {
    TRY(init(o));
    return 0;
  }
  if (o.action != "refresh" && o.action != "download")
    return Error(Code::invalid_argument,
                 cat("'", o.action, "' is none of init, refresh, download and publish"));
  TRY(need(o.metadata_url, "--metadata-url"));
  http::Settings settings;
  settings.ca_file = o.ca_file;
  TRY_SET(std::shared_ptr<http::Client> http, http::Client::create(settings));
  const auto store = trust::folder_store(o.metadata_dir);
  trust::Client client(*store, agent::fetch_below(http, o.metadata_url));
  TRY(client.refresh(now()));
  if (o.action == "refresh") return 0;
  TRY(need(o.target_base_url, "--target-base-url"));
  TRY(need(o.target_dir, "--target-dir"));
  for (const std::string& name : o.target_names)
    TRY(download_one(client, *http, o, name).in([&] { return cat("target '", name, "'"); }));
  return 0;
}

}  // namespace

extern const Command tuf = define_command<Options, declare, run>(
    "tuf", "follow a signed repository (The Update Framework)");

}  // namespace samara::cli::commands

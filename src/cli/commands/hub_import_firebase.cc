// samara hub import-firebase: takes the models of a Firebase project over into the hub. Run again it
// brings only what has changed.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/temporary_folder.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/firebase.h"
#include "cli/hub/incoming.h"
#include "cli/hub/push.h"
#include "fleet/wire/manifest.h"
#include "fleet/wire/version.h"

namespace samara::cli::commands {
namespace {

struct HubImportFirebase {
  HubFlags hub;
  FirebaseProject::Options from;
  std::vector<std::string> only;
  bool dry_run = false;

  void declare(Args& args) {
    args.positional("PROJECT", from.project, "the Firebase project's id");
    args.option("--from", from.address, "where Firebase ML answers, if not at Google");
    args.option("--from-storage", from.storage, "where Cloud Storage answers, if not at Google");
    args.option("--from-account", from.account,
                "a service account's JSON file; else SAMARA_FIREBASE_TOKEN is an access token");
    args.option("--only", only, "this model alone");
    args.option("--dry-run", dry_run, "tell what would be imported");
    declare_hub_flags(args, hub);
  }

  /// The version that the model's file becomes; empty: the hub has it.
  Result<std::string> next_version(HubClient& client, const FirebaseModel& model) const {
    const auto known = client.call("GET", client.in_project("/models/" + model.name));
    if (!known.ok() && known.error().code() == Code::not_found) return std::string("1.0.0");
    if (!known.ok()) return known.error();
    const json::Json* versions = known->find("versions");
    std::string newest;
    for (const json::Json& v :
         versions && versions->as_array() ? *versions->as_array() : json::Json::Array()) {
      if (!model.sha256.empty() && text_of(v, "sha256") == model.sha256) return std::string();
      if (newest.empty()) newest = text_of(v, "version");
    }
    if (newest.empty()) return std::string("1.0.0");
    TRY_SET(wire::Version next, wire::Version::parse(newest));
    return cat(next.major, ".", next.minor + 1, ".0");
  }

  Result<std::string> import_one(HubClient& client, FirebaseProject& project,
                                 const FirebaseModel& model, const std::string& file) const {
    if (model.file.empty()) return std::string("has no file");
    if (!wire::is_name(model.name))
      return Error(Code::invalid_argument, cat("'", model.name, "' is no name that the hub takes"));
    TRY_SET(const std::string version, next_version(client, model));
    if (version.empty()) return std::string("is there already");
    if (dry_run) return cat("would be ", version, model.published ? ", published" : "");
    TRY(project.fetch(model, file));
    const Status placed = place(client, model, version, file);
    if (placed.ok()) return cat(version, model.published ? ", published" : "");
    if (placed.error().code() != Code::failed_precondition || version == "1.0.0")
      return placed.error();
    // Callers of the version before would notice the change: it is the next major one.
    (void)client.call("DELETE",
                      client.in_project(cat("/models/", model.name, "/versions/", version)));
    TRY_SET(const wire::Version next, wire::Version::parse(version));
    const std::string major = cat(next.major + 1, ".0.0");
    TRY(place(client, model, major, file));
    return major + ", published";
  }

  /// Makes a version of the file, published where it is so there.
  Status place(HubClient& client, const FirebaseModel& model, const std::string& version,
               const std::string& file) const {
    json::Json body = json::Json::object(
        {{"version", version},
         {"labels",
          json::Json::object({{"gcsTfliteUri", model.file}, {"firebaseModel", model.id}})},
         {"notes", cat("from the Firebase project ", from.project)}});
    if (!model.tags.empty()) body.set("tags", json::Json::list(model.tags));
    TRY(push_version(client, file, model.name, std::move(body), ""));
    if (!model.published) return ok();
    const std::string path = client.in_project("/models/" + model.name);
    TRY(client.call("POST", cat(path, "/versions/", version, "/publish")));
    TRY(client.call("PUT", path + "/channels/stable", json::Json::object({{"version", version}})));
    return ok();
  }

  Result<int> run(const Args&) {
    TRY_SET(HubClient client, HubClient::open(hub));
    if (const char* token = std::getenv("SAMARA_FIREBASE_TOKEN"); token && from.account.empty())
      from.token = token;
    from.ca = hub.ca;
    TRY_SET(FirebaseProject project, FirebaseProject::open(from));
    TRY_SET(const auto models, project.models());
    TRY_SET(const TemporaryFolder scratch, TemporaryFolder::make());
    std::vector<std::vector<std::string>> rows = {{"MODEL", "BYTES", "RESULT"}};
    json::Json list = json::Json::array();
    bool all = true;
    for (const FirebaseModel& model : models) {
      if (!only.empty() && std::find(only.begin(), only.end(), model.name) == only.end()) continue;
      const auto done = import_one(client, project, model, scratch.in("model.tflite"));
      all = all && done.ok();
      const std::string result = done.ok() ? *done : "FAILED: " + done.error().brief();
      rows.push_back({model.name, std::to_string(model.size), result});
      list.push(json::Json::object(
          {{"model", model.name}, {"size", model.size}, {"ok", done.ok()}, {"result", result}}));
    }
    std::printf("%s", hub.json ? (list.dump(2) + "\n").c_str() : columns(rows).c_str());
    return all ? 0 : 1;
  }
};

}  // namespace

extern const Command hub_import_firebase = define_command<HubImportFirebase>(
    "hub import-firebase", "take the models of a Firebase project over");

}  // namespace samara::cli::commands

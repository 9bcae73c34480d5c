// samara key rotate: the next root, with other keys for a role. Devices follow it because it is
// signed by the keys of the root before and by its own.
#include <algorithm>
#include <cstdio>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/trust/keys.h"
#include "cli/trust/remote.h"
#include "fleet/trust/names.h"

namespace samara::cli::commands {
namespace {

using json::Json;
constexpr size_t kLeastId = 8;  // hexadecimal digits that name a key

struct Options {
  std::string root, role = "root", output;
  std::vector<std::string> add, remove, keys;
  int64_t threshold = 0, days = 365;
  PassphraseFlags passphrase;
};

void declare(Args& args, Options& o) {
  args.positional("ROOT", o.root, "the present root, e.g. 3.root.json");
  args.choice("--role", o.role, {"root", "timestamp", "snapshot", "targets"},
              "whose keys change: root, timestamp, snapshot or targets");
  args.option("--add", o.add, "a key that the role gets, in PEM; may be repeated");
  args.option("--remove", o.remove, "the id (or its start) of a key that goes; may be repeated");
  args.option("--threshold", o.threshold, "how many keys must sign; as before otherwise", 1, 1024);
  args.option("--days", o.days, "for how long the new root is good", 1, 36500);
  args.option("--key", o.keys, "a private key to sign with, old or new; may be repeated");
  args.option("--output", o.output, "where it goes; otherwise beside ROOT, as <version>.root.json");
  declare_passphrase(args, o.passphrase);
}

/// The role's keys as they stand.
Result<trust::RoleKeys> present_keys(const Json& part, const std::string& role) {
  trust::RoleKeys out;
  const Json& entry = *part.find("roles")->find(role);
  out.threshold = entry.find("threshold")->as_integer().value_or(1);
  for (const Json& id : *entry.find("keyids")->as_array()) {
    const Json* key = part.find("keys")->find(*id.as_string());
    if (!key) return Error(Code::invalid_argument, cat("the key ", *id.as_string(), " is missing"));
    out.keys.push_back(*key);
  }
  return out;
}

Status remove_key(trust::RoleKeys& keys, const std::string& start) {
  if (start.size() < kLeastId)
    return Error(Code::invalid_argument, cat("'", start, "' is too short for a key's id"));
  std::vector<Json> kept;
  for (const Json& key : keys.keys) {
    TRY_SET(const std::string id, trust::key_id(key));
    if (!id.starts_with(start)) kept.push_back(key);
  }
  if (kept.size() + 1 != keys.keys.size())
    return Error(Code::not_found, cat(keys.keys.size() - kept.size(),
                                      " keys of the role have an id that begins with ", start));
  keys.keys = std::move(kept);
  return ok();
}

Result<Json> next_root(const Json& before, const Options& o) {
  Json part = *before.find("signed");
  TRY_SET(trust::RoleKeys keys, present_keys(part, o.role));
  for (const std::string& id : o.remove) TRY(remove_key(keys, id));
  for (const std::string& path : o.add) {
    TRY_SET(Json key, read_public_key(path, o.passphrase));
    keys.keys.push_back(std::move(key));
  }
  if (o.threshold > 0) keys.threshold = o.threshold;
  TRY(trust::set_role(part, o.role, keys));
  TRY(trust::renew(part, now() + o.days * 86400));
  return trust::unsigned_file(std::move(part));
}

/// Tells what the new root still lacks; whether it lacks nothing.
Result<bool> tell(const Json& file, const trust::Root& before, const trust::Root& after) {
  bool enough = true;
  for (const auto& [name, root] : {std::pair("the root before", &before), {"its own", &after}}) {
    TRY_SET(const Reached done, reached(file, root->roles.find(trust::kRoot)->second, root->keys));
    std::printf("signed by %s of %s keys of %s\n", std::to_string(done.valid).c_str(),
                std::to_string(done.threshold).c_str(), name);
    enough = enough && done.enough();
  }
  return enough;
}

Result<int> run(const Args&, Options& o) {
  if (o.add.empty() && o.remove.empty() && o.threshold == 0)
    return Error(Code::invalid_argument, "nothing to change: --add, --remove or --threshold");
  TRY_SET(const Json before, read_metadata(o.root));
  TRY_SET(const trust::Document old_document, trust::read_document(trust::print(before)));
  TRY_SET(const trust::Root old_root,
          trust::read_root(old_document).in([&] { return cat("file ", o.root); }));
  TRY_SET(Json file, next_root(before, o));
  TRY_SET(const std::vector<trust::Signer> signers, read_signers(o.keys, o.passphrase));
  for (const trust::Signer& signer : signers) TRY(trust::sign(file, signer));
  TRY_SET(const trust::Document document, trust::read_document(trust::print(file)));
  TRY_SET(const trust::Root root, trust::read_root(document));
  const std::string path =
      o.output.empty() ? cat(folder_of(o.root), "/", root.head.version, ".root.json") : o.output;
  TRY(write_file(path, trust::print(file)));
  std::printf("%s\n", path.c_str());
  TRY_SET(const bool enough, tell(file, old_root, root));
  return enough ? 0 : kFailed;
}

}  // namespace

extern const Command key_rotate =
    define_command<Options, declare, run>("key rotate", "make the next root, with other keys");

}  // namespace samara::cli::commands

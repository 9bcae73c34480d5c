// samara key sign: adds signatures to a file of metadata, where the keys lie: several people may
// each sign the same file in turn.
#include <algorithm>
#include <cstdio>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/trust/keys.h"

namespace samara::cli::commands {
namespace {

struct Options {
  std::string file, output, delegator, role;
  std::vector<std::string> keys;
  PassphraseFlags passphrase;
};

void declare(Args& args, Options& o) {
  args.positional("METADATA", o.file, "the file to sign, e.g. 2.targets.json");
  args.option("--key", o.keys, "a private key to sign with; may be repeated");
  args.option("--output", o.output, "where the signed file goes; METADATA itself otherwise");
  args.option("--delegator", o.delegator,
              "the root.json (or targets) that names the role's keys: others are refused, and "
              "the exit code is 1 while signatures are missing");
  args.option("--role", o.role, "the role's name there; as the metadata says otherwise");
  declare_passphrase(args, o.passphrase);
}

struct Judge {
  trust::Role role;
  trust::Keys keys;
};

/// The keys and threshold that the delegator gives the role.
Result<Judge> read_judge(const std::string& path, const std::string& role) {
  TRY_SET(const json::Json file, read_metadata(path));
  TRY_SET(const trust::Document document, trust::read_document(trust::print(file)));
  if (auto root = trust::read_root(document); root.ok()) {
    const auto at = root->roles.find(role);
    if (at != root->roles.end()) return Judge{at->second, std::move(root->keys)};
  } else {
    TRY_SET(trust::Targets targets, trust::read_targets(document));
    const trust::Role* found =
        targets.delegations ? trust::delegated_role(*targets.delegations, role) : nullptr;
    if (found) return Judge{*found, std::move(targets.delegations->keys)};
  }
  return Error(Code::not_found, cat(path, " names no keys for the role '", role, "'"));
}

Result<int> run(const Args&, Options& o) {
  if (o.keys.empty()) return Error(Code::invalid_argument, "--key is needed");
  TRY_SET(json::Json file, read_metadata(o.file));
  const json::Json* type = file.find("signed")->find("_type");
  if (!type || !type->as_string())
    return Error(Code::invalid_argument, cat(o.file, " does not say what role it is"));
  std::optional<Judge> judge;
  const std::string role = o.role.empty() ? *type->as_string() : o.role;
  if (!o.delegator.empty()) {
    TRY_SET(judge, read_judge(o.delegator, role));
  }
  TRY_SET(const std::vector<trust::Signer> signers, read_signers(o.keys, o.passphrase));
  for (const trust::Signer& signer : signers) {
    const auto listed = [&](const std::vector<std::string>& ids) {
      return std::find(ids.begin(), ids.end(), signer.id()) != ids.end();
    };
    if (judge && !listed(judge->role.key_ids))
      return Error(Code::failed_precondition,
                   cat("the key ", signer.id(), " is not one of the role '", role, "'"));
    TRY(trust::sign(file, signer));
  }
  TRY(write_file(o.output.empty() ? o.file : o.output, trust::print(file)));
  if (!judge) return 0;
  TRY_SET(const Reached done, reached(file, judge->role, judge->keys));
  std::printf("%s: %s of %s signatures\n", role.c_str(), std::to_string(done.valid).c_str(),
              std::to_string(done.threshold).c_str());
  return done.enough() ? 0 : kFailed;
}

}  // namespace

extern const Command key_sign =
    define_command<Options, declare, run>("key sign", "sign a file of metadata");

}  // namespace samara::cli::commands

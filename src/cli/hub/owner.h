// Owner: the side of a project's signed repository that never leaves the owner's machine: keys, and
// what is signed with them. The hub gets signatures alone.
#pragma once

#include <string>
#include <vector>

#include "cli/hub/client.h"
#include "cli/trust/keys.h"
#include "fleet/trust/layout.h"
#include "fleet/wire/target.h"
#include "samara/base/function_ref.h"

namespace samara::cli {

struct SignFlags {
  std::vector<std::string> keys;
  int64_t days = 365;
  PassphraseFlags passphrase;
};
/// --sign, --days, --passphrase-file, --passphrase-env.
void declare_sign_flags(Args& args, SignFlags& flags);

/// --golden.
void declare_golden_flag(Args& args, std::string& golden);

/// For which devices a version is.
struct TargetFlags {
  wire::Target target;
  int64_t least_memory = 0;
  /// The filter as JSON; null where none is set.
  ///
  /// Errors   invalid_argument  the range of app versions
  Result<json::Json> json() const;
};
/// --app, --app-versions, --os, --abi, --device-class, --least-memory.
void declare_target_flags(Args& args, TargetFlags& flags);

/// What the hub keeps of a project's repository, as the owner sees it.
struct Kept {
  json::Json keys;   // public halves of the hub's keys, by role
  json::Json roles;  // by role: version, expires_at
  /// 0 where the role was never signed.
  int64_t version(std::string_view role) const;
};
Result<Kept> ask_kept(HubClient& hub);
/// A role's file, as it is now.
Result<json::Json> fetch_role(HubClient& hub, const Kept& kept, std::string_view role);
/// Sends files by role; the hub takes all of them or none.
Status send_roles(HubClient& hub, json::Json files);

/// Signs the next version of a part.
Result<json::Json> sign_next(json::Json part, int64_t days,
                             const std::vector<trust::Signer>& signers);
/// Whether the file is signed by one of these keys: only then its content is the owner's own word.
///
/// Errors   permission_denied
Status check_own(const json::Json& file, const std::vector<trust::Signer>& signers,
                 std::string_view role);

class Owner {
 public:
  /// Reads the keys; asks for passphrases where they are encrypted.
  static Result<Owner> open(HubClient& hub, const SignFlags& flags);

  /// Changes what the role `release` signs for; repeated where somebody else was quicker.
  Status change(FunctionRef<Status(json::Json& part)> edit);
  /// Signs for a version with the content of `file`, for whom it is (null: all), and with the golden
  /// inputs of a JSON file that every device must pass (fleet/agent/golden.h); "": none.
  Status sign_version(const std::string& model, const std::string& version, const std::string& file,
                      const json::Json& target, const std::string& golden);
  /// Signs that a channel or pin stands for a version that is signed for.
  Status point(trust::Folder folder, const std::string& model, const std::string& name,
               const std::string& version);

 private:
  Owner(HubClient& hub, std::vector<trust::Signer> signers, int64_t days)
      : hub_(&hub), signers_(std::move(signers)), days_(days) {}
  HubClient* hub_;
  std::vector<trust::Signer> signers_;
  int64_t days_;
};

/// Makes a channel or pin stand for a version: signed here where keys are given and the name is not
/// the hub's to sign, else by the hub.
Status point(HubClient& hub, const SignFlags& flags, trust::Folder folder, const std::string& model,
             const std::string& name, const std::string& version);
/// Prints what a name stands for now: that sentence, or JSON.
void print_pointer(bool json, const std::string& name, const std::string& version,
                   const std::string& sentence);

}  // namespace samara::cli

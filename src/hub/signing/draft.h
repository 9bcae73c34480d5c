// Draft: the next state of a repository in the making; see repository.h.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/trust/layout.h"
#include "hub/signing/keys.h"
#include "hub/signing/repository.h"

namespace samara::hub {

class Draft {
 public:
  Draft(const SignedFiles& before, const Holdings& holdings, const std::vector<Keys::Named>& keys,
        const Repository::Options& options, int64_t now)
      : before_(before), holdings_(holdings), keys_(keys), options_(options), now_(now) {}

  /// Takes what the owner sent.
  Status take(const OwnersFiles& sent);
  /// Reads root and targets, and the roles that targets delegates to.
  Status read();
  /// Compares what the owner has signed with what the project has.
  Status compare();
  Status sign_online();
  Status sign_snapshot();
  Status sign_timestamp();
  /// Follows the new state as a device would that has the one before.
  Status follow() const;
  Signing::Next finish() { return std::move(next_); }

 private:
  /// One of the hub's own roles: who signs it and for how long it is good.
  struct Own {
    std::string_view name;
    const trust::Role* role = nullptr;
    const trust::Keys* keys = nullptr;
    int64_t valid = 0;
  };
  /// Signs a role that lists the files of others.
  Status sign_list(std::string_view role, json::Json first,
                   const std::vector<std::string_view>& listed);
  const std::string* file(std::string_view role) const;
  std::string_view responsible(const std::string& name) const;
  const trust::TargetFile* signed_as(const std::string& name) const;
  const trust::TargetFile* signed_version(const std::string& model,
                                          const std::string& version) const;
  const Holdings::Version* listed(const std::string& model, const std::string& version) const;

  Status compare_version(const trust::TargetFile& target_file, const trust::LayoutName& name) const;
  Result<std::vector<Holdings::Pointer>> owners_pointers() const;
  bool was_signed(const std::string& name) const;
  Status compare_pointers(const std::vector<Holdings::Pointer>& owners);
  std::optional<trust::TargetFile> own_version(const Holdings::Version& version) const;
  std::vector<std::string> others(const Holdings::Pointer& channel) const;
  Result<json::Json> online_targets() const;
  Result<Own> own(std::string_view name) const;
  /// Signs the part where it changed or is due.
  Status put(const Own& own, json::Json part, bool changed);
  Result<json::Json> part_of(std::string_view role, json::Json otherwise) const;
  bool is_due(const Own& own) const;

  const SignedFiles& before_;
  const Holdings& holdings_;
  const std::vector<Keys::Named>& keys_;
  const Repository::Options& options_;
  const int64_t now_;

  std::map<std::string, std::string, std::less<>> fresh_;  // what differs from `before_`, by role
  bool sent_ = false;
  trust::Root root_;
  trust::Targets targets_;
  std::map<std::string, trust::Targets, std::less<>> delegated_;  // but online
  std::vector<Holdings::Pointer> pointers_;                       // as they will be
  Signing::Next next_;
};

}  // namespace samara::hub

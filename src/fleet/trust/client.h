// Client: what a device believes of a repository. It asks for metadata by name, checks it in the
// order of The Update Framework's workflow and finds the target files that are signed for.
//
// No network, no clock: bytes come from the given function, the time from the caller. Everything
// that comes in may be an attacker's; what was refused leaves the trusted state as it was.
//
// Source: the specification's chapter 5; limits as python-tuf 7 has them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "fleet/trust/metadata.h"
#include "fleet/trust/store.h"

namespace samara::trust {

struct Limits {
  uint64_t root_bytes = 512'000;
  uint64_t timestamp_bytes = 16'384;
  uint64_t snapshot_bytes = 2'000'000;
  uint64_t targets_bytes = 5'000'000;
  int root_rotations = 256;  // in one refresh
  int delegations = 32;      // asked in one search
};

/// Gives the file of that name below the repository's metadata address ("3.root.json", already
/// encoded), of at most `most` bytes.
///
/// Errors   not_found           there is none
///          resource_exhausted  it is longer
using Fetch = std::function<Result<std::string>(const std::string& name, uint64_t most)>;

class Client {
 public:
  /// `store` must outlive the client.
  Client(Store& store, Fetch fetch, Limits limits = {});

  /// Puts the first root into a store that has none; a store that has one keeps it, as it may have
  /// been rotated since.
  ///
  /// Errors   invalid_argument, permission_denied  it is not a root that its own keys signed
  static Status bootstrap(Store& store, std::string_view root);

  /// Brings the four top-level roles up to date.
  ///
  /// Units    now: seconds since 1970, by which expiry is judged until the next refresh
  /// Errors   permission_denied    too few signatures
  ///          failed_precondition  expired; an older version than was seen; a version that another
  ///                               role contradicts; the store has no root
  ///          data_loss            another length or digest than promised
  ///          invalid_argument     not metadata
  ///          and those of fetch and store
  /// Threads  one call at a time per client and store
  Status refresh(int64_t now);

  /// The signed description of a target, searched through delegations in their order.
  ///
  /// Errors   not_found            nobody who may has signed for it
  ///          invalid_argument     no name that we take, see check_target_name()
  ///          failed_precondition  refresh() has not succeeded
  ///          resource_exhausted   more roles to ask than the limit
  ///          and those of refresh() for the roles on the way
  Result<TargetFile> find(std::string_view target);

  /// Under which path, encoded, the file lies below the repository's address for targets.
  Result<std::string> remote_path(const TargetFile& target) const;

  /// The trusted state, for those who show it; null before it was loaded.
  const Root* root() const { return root_ ? &*root_ : nullptr; }
  const Timestamp* timestamp() const { return timestamp_ ? &*timestamp_ : nullptr; }
  const Snapshot* snapshot() const { return snapshot_ ? &*snapshot_ : nullptr; }
  const Targets* targets() const;

 private:
  struct Loaded {
    Document document;  // without its JSON
    Targets targets;
  };

  Status load_root();
  Status update_root();
  Status update_timestamp();
  Status take_timestamp(std::string_view bytes, bool& taken);
  Status update_snapshot();
  Status take_snapshot(std::string_view bytes, bool from_store);
  Status check_final_snapshot(std::string_view bytes) const;
  Result<Loaded*> load_targets(std::string_view role, const Role& by, const Keys& keys);
  Result<Loaded> take_targets(std::string_view bytes, const Role& by, const Keys& keys,
                              const FileInfo& info) const;
  Result<std::string> get(std::string_view role, std::optional<int64_t> version,
                          std::optional<uint64_t> length, uint64_t most) const;
  Status check_expiry(const Head& head) const;
  Result<const Role*> top_role(std::string_view name) const;

  Store* store_;
  Fetch fetch_;
  Limits limits_;
  int64_t now_ = 0;
  bool fresh_ = false;
  std::optional<Root> root_;
  std::optional<Timestamp> timestamp_;
  std::optional<Snapshot> snapshot_;
  std::map<std::string, Loaded, std::less<>> loaded_;  // targets and delegated roles
};

}  // namespace samara::trust

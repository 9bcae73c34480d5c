#include "fleet/trust/client.h"

#include <set>

#include "base/text.h"
#include "base/try.h"
#include "fleet/trust/names.h"
#include "fleet/trust/utc.h"

namespace samara::trust {
namespace {

Error older(std::string_view what, int64_t offered, int64_t seen) {
  return Error(Code::failed_precondition,
               cat("rollback: ", what, " is of version ", offered, ", seen was version ", seen));
}

/// A root that its own keys signed; `document` is what was read.
Result<Root> read_self_signed(std::string_view bytes, Document& document) {
  TRY_SET(document, read_document(bytes));
  TRY_SET(Root root, read_root(document));
  TRY(verify_signatures(document, root.roles.find(kRoot)->second, root.keys));
  return root;
}

/// No file that was listed may be gone or older.
Status check_no_rollback(const Snapshot& before, const Snapshot& after) {
  for (const auto& [name, info] : before.files) {
    const auto now = after.files.find(name);
    if (now == after.files.end())
      return Error(Code::failed_precondition, cat("rollback: ", name, " is no longer listed"));
    if (now->second.version < info.version) return older(name, now->second.version, info.version);
  }
  return ok();
}

auto in_role(std::string_view role) {
  return [role] { return cat("role ", role); };
}

}  // namespace

Client::Client(Store& store, Fetch fetch, Limits limits)
    : store_(&store), fetch_(std::move(fetch)), limits_(limits) {}

const Targets* Client::targets() const {
  const auto at = loaded_.find(kTargets);
  return at == loaded_.end() ? nullptr : &at->second.targets;
}

Status Client::bootstrap(Store& store, std::string_view root) {
  Document document;
  TRY(read_self_signed(root, document).in(in_role(kRoot)));
  const auto kept = store.load(kRoot);
  if (kept.ok()) return ok();
  if (kept.error().code() != Code::not_found) return kept.error();
  return store.save(kRoot, root);
}

Status Client::refresh(int64_t now) {
  now_ = now;
  fresh_ = false;
  root_.reset();
  timestamp_.reset();
  snapshot_.reset();
  loaded_.clear();
  TRY(load_root().in(in_role(kRoot)));
  TRY(update_root().in(in_role(kRoot)));
  TRY(check_expiry(root_->head).in(in_role(kRoot)));
  TRY(update_timestamp().in(in_role(kTimestamp)));
  TRY(update_snapshot().in(in_role(kSnapshot)));
  TRY(load_targets(kTargets, root_->roles.find(kTargets)->second, root_->keys));
  fresh_ = true;
  return ok();
}

Status Client::load_root() {
  const auto bytes = store_->load(kRoot);
  if (!bytes.ok() && bytes.error().code() == Code::not_found)
    return Error(Code::failed_precondition, "the store holds no root to begin with");
  if (!bytes.ok()) return bytes.error();
  Document document;
  TRY_SET(root_, read_self_signed(*bytes, document));
  return ok();
}

// Each next root must be signed by the keys of the one before and by its own.
Status Client::update_root() {
  for (int i = 0; i < limits_.root_rotations; ++i) {
    const int64_t next = root_->head.version + 1;
    const auto bytes = get(kRoot, next, std::nullopt, limits_.root_bytes);
    if (!bytes.ok() && bytes.error().code() == Code::not_found) return ok();
    if (!bytes.ok()) return bytes.error();
    Document document;
    TRY_SET(Root root, read_self_signed(*bytes, document));
    TRY(verify_signatures(document, root_->roles.find(kRoot)->second, root_->keys).in([] {
      return std::string("the keys of the root before");
    }));
    if (root.head.version != next)
      return Error(Code::failed_precondition,
                   cat("is of version ", root.head.version, ", asked for was version ", next));
    TRY(store_->save(kRoot, *bytes));
    root_ = std::move(root);
  }
  return ok();
}

Result<const Role*> Client::top_role(std::string_view name) const {
  const auto at = root_->roles.find(name);
  if (at == root_->roles.end()) return Error(Code::internal, cat("no role ", name));
  return &at->second;
}

Status Client::check_expiry(const Head& head) const {
  if (now_ < head.expires) return ok();
  return Error(Code::failed_precondition,
               cat("expired at ", print_utc(head.expires), "; it is now ", print_utc(now_)));
}

Result<std::string> Client::get(std::string_view role, std::optional<int64_t> version,
                                std::optional<uint64_t> length, uint64_t most) const {
  if (length && *length > most)
    return Error(Code::resource_exhausted,
                 cat("is said to have ", *length, " bytes, the limit is ", most));
  const uint64_t limit = length.value_or(most);
  const std::string name =
      version ? cat(*version, ".", encode(role), ".json") : cat(encode(role), ".json");
  TRY_SET(std::string bytes, fetch_(name, limit).in([&] { return std::string(name); }));
  if (bytes.size() > limit)
    return Error(Code::resource_exhausted, cat(name, " is longer than ", limit, " bytes"));
  return bytes;
}

// The kept timestamp need not be fresh: it only says below which versions nothing is taken. One
// that the present root's keys did not sign is forgotten, which is how a repository recovers from
// an attacker who signed the largest version there is.
Status Client::update_timestamp() {
  if (const auto kept = store_->load(kTimestamp); kept.ok()) {
    bool taken = false;
    (void)take_timestamp(*kept, taken);
  }
  TRY_SET(const std::string bytes,
          get(kTimestamp, std::nullopt, std::nullopt, limits_.timestamp_bytes));
  bool taken = false;
  TRY(take_timestamp(bytes, taken));
  TRY(check_expiry(timestamp_->head));
  return taken ? store_->save(kTimestamp, bytes) : ok();
}

/// Makes it the timestamp if it is newer; `taken` says so.
Status Client::take_timestamp(std::string_view bytes, bool& taken) {
  TRY_SET(const Document document, read_document(bytes));
  TRY_SET(Timestamp next, read_timestamp(document));
  TRY_SET(const Role* role, top_role(kTimestamp));
  TRY(verify_signatures(document, *role, root_->keys));
  if (timestamp_) {
    if (next.head.version < timestamp_->head.version)
      return older("timestamp", next.head.version, timestamp_->head.version);
    if (next.head.version == timestamp_->head.version) return ok();
    if (next.snapshot.version < timestamp_->snapshot.version)
      return older("the snapshot it names", next.snapshot.version, timestamp_->snapshot.version);
  }
  timestamp_ = std::move(next);
  taken = true;
  return ok();
}

// The kept snapshot serves two ends: as the present one where the timestamp still names it, else to
// say below which versions nothing is taken.
Status Client::update_snapshot() {
  if (const auto kept = store_->load(kSnapshot); kept.ok()) {
    if (take_snapshot(*kept, true).ok() && check_final_snapshot(*kept).ok()) return ok();
  }
  const FileInfo& info = timestamp_->snapshot;
  TRY_SET(const std::string bytes,
          get(kSnapshot, root_->consistent_snapshot ? std::optional(info.version) : std::nullopt,
              info.length, limits_.snapshot_bytes));
  TRY(take_snapshot(bytes, false));
  TRY(check_final_snapshot(bytes));
  return store_->save(kSnapshot, bytes);
}

Status Client::take_snapshot(std::string_view bytes, bool from_store) {
  // What is kept was compared with the timestamp of its own time.
  if (!from_store)
    TRY(check_content(bytes, timestamp_->snapshot.length, timestamp_->snapshot.hashes));
  TRY_SET(const Document document, read_document(bytes));
  TRY_SET(Snapshot next, read_snapshot(document));
  TRY_SET(const Role* role, top_role(kSnapshot));
  TRY(verify_signatures(document, *role, root_->keys));
  if (snapshot_) TRY(check_no_rollback(*snapshot_, next));
  snapshot_ = std::move(next);
  return ok();
}

Status Client::check_final_snapshot(std::string_view bytes) const {
  const FileInfo& info = timestamp_->snapshot;
  if (snapshot_->head.version != info.version)
    return Error(Code::failed_precondition, cat("is of version ", snapshot_->head.version,
                                                ", the timestamp names version ", info.version));
  TRY(check_content(bytes, info.length, info.hashes));
  return check_expiry(snapshot_->head);
}

/// The metadata of a targets role, verified against whoever delegates to it on this path: that it
/// was believed on another path says nothing.
Result<Client::Loaded*> Client::load_targets(std::string_view role, const Role& by,
                                             const Keys& keys) {
  if (const auto at = loaded_.find(role); at != loaded_.end()) {
    TRY(verify_signatures(at->second.document, by, keys).in(in_role(role)));
    return &at->second;
  }
  const auto info = snapshot_->files.find(cat(role, ".json"));
  if (info == snapshot_->files.end())
    return Error(Code::failed_precondition, "the snapshot does not list it").in(cat("role ", role));
  const auto keep = [&](Loaded loaded) {
    return &loaded_.emplace(std::string(role), std::move(loaded)).first->second;
  };
  if (const auto kept = store_->load(role); kept.ok()) {
    auto loaded = take_targets(*kept, by, keys, info->second);
    if (loaded.ok()) return keep(*std::move(loaded));
  }
  const auto version =
      root_->consistent_snapshot ? std::optional(info->second.version) : std::nullopt;
  TRY_SET(const std::string bytes,
          get(role, version, info->second.length, limits_.targets_bytes).in(in_role(role)));
  TRY_SET(Loaded loaded, take_targets(bytes, by, keys, info->second).in(in_role(role)));
  TRY(store_->save(role, bytes));
  return keep(std::move(loaded));
}

Result<Client::Loaded> Client::take_targets(std::string_view bytes, const Role& by,
                                            const Keys& keys, const FileInfo& info) const {
  TRY(check_content(bytes, info.length, info.hashes));
  Loaded out;
  TRY_SET(out.document, read_document(bytes));
  TRY(verify_signatures(out.document, by, keys));
  TRY_SET(out.targets, read_targets(out.document));
  if (out.targets.head.version != info.version)
    return Error(Code::failed_precondition, cat("is of version ", out.targets.head.version,
                                                ", the snapshot names version ", info.version));
  TRY(check_expiry(out.targets.head));
  out.document.signed_part = {};
  return out;
}

// Preorder, depth first, each role once; a terminating delegation ends the search outside of it.
Result<TargetFile> Client::find(std::string_view target) {
  if (!fresh_) return Error(Code::failed_precondition, "the metadata is not up to date");
  TRY(check_target_name(target));
  struct Step {
    std::string role;
    const Role* by;
    const Keys* keys;
  };
  std::vector<Step> ahead{
      {std::string(kTargets), &root_->roles.find(kTargets)->second, &root_->keys}};
  std::set<std::string, std::less<>> asked;
  while (!ahead.empty()) {
    const Step step = std::move(ahead.back());
    ahead.pop_back();
    if (asked.count(step.role) > 0) continue;
    if (asked.size() > static_cast<size_t>(limits_.delegations))
      return Error(Code::resource_exhausted,
                   cat("more than ", limits_.delegations, " delegated roles to ask"));
    TRY_SET(const Loaded* loaded, load_targets(step.role, *step.by, *step.keys));
    if (const auto at = loaded->targets.targets.find(target); at != loaded->targets.targets.end())
      return at->second;
    asked.insert(step.role);
    if (!loaded->targets.delegations) continue;
    const Delegations& delegations = *loaded->targets.delegations;
    const std::vector<Responsible> next = responsible_for(delegations, target);
    if (!next.empty() && next.back().terminating) ahead.clear();
    for (auto one = next.rbegin(); one != next.rend(); ++one)
      ahead.push_back({one->name, delegated_role(delegations, one->name), &delegations.keys});
  }
  return Error(Code::not_found, cat("nobody has signed for target '", target, "'"));
}

Result<std::string> Client::remote_path(const TargetFile& target) const {
  TRY(check_target_name(target.name));
  if (!root_ || !root_->consistent_snapshot) return encode_path(target.name);
  const auto* hash = known_hash(target.hashes);
  if (!hash) return Error(Code::invalid_argument, "has digests of unknown kinds alone");
  const size_t slash = target.name.rfind('/') + 1;  // 0 where there is none
  return cat(encode_path(target.name.substr(0, slash)), encode(hash->second), ".",
             encode(target.name.substr(slash)));
}

}  // namespace samara::trust

#include "cli/trust/publish.h"

#include <charconv>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/trust/names.h"
#include "fleet/trust/write.h"

namespace samara::cli {
namespace {

namespace fs = std::filesystem;
using json::Json;
constexpr int64_t kDay = 86400;
constexpr uint64_t kMostMetadata = 16 << 20;

class Publisher {
 public:
  Publisher(const PublishOptions& options, const RoleSigners& signers)
      : options_(options), signers_(signers), metadata_(options.repository + "/metadata") {}

  Result<std::vector<std::string>> publish() {
    TRY(make_folders(metadata_));
    TRY_SET(files_, list_folder(metadata_));
    TRY(open_root());
    TRY_SET(const Json targets, next_targets());
    TRY_SET(const std::string targets_bytes, write("targets", targets, options_.days));
    TRY_SET(Json snapshot, present("snapshot", trust::make_snapshot(0, 0)));
    TRY(trust::list_file(snapshot, "targets.json", targets_bytes));
    TRY_SET(const std::string snapshot_bytes, write("snapshot", snapshot, 30));
    TRY_SET(Json timestamp, present("timestamp", trust::make_timestamp(0, 0)));
    TRY(trust::list_file(timestamp, "snapshot.json", snapshot_bytes));
    TRY(write("timestamp", timestamp, 7));
    return std::move(written_);
  }

 private:
  /// The number of the latest "<n>.<role>.json"; 0 where there is none.
  int64_t latest(std::string_view role) const {
    int64_t most = 0;
    for (const std::string& file : files_) {
      int64_t number = 0;
      const auto end = std::from_chars(file.data(), file.data() + file.size(), number).ptr;
      const std::string_view rest(end, file.data() + file.size());
      if (rest == cat(".", role, ".json")) most = std::max(most, number);
    }
    return most;
  }

  std::string path_of(std::string_view role, int64_t version) const {
    if (role == trust::kTimestamp) return cat(metadata_, "/timestamp.json");
    return cat(metadata_, "/", version, ".", role, ".json");
  }

  /// The role's "signed" part as it was last written, or `otherwise` where it never was.
  Result<Json> present(std::string_view role, Json otherwise) const {
    const auto bytes = read_file(path_of(role, latest(role)), kMostMetadata);
    if (!bytes.ok() && bytes.error().code() == Code::not_found) return otherwise;
    if (!bytes.ok()) return bytes.error();
    TRY_SET(const trust::Document document, trust::read_document(*bytes));
    return document.signed_part;
  }

  Result<const std::vector<trust::Signer>*> signers(std::string_view role) const {
    const auto at = signers_.find(role);
    if (at != signers_.end()) return &at->second;
    return Error(Code::failed_precondition, cat("nobody signs for the role '", role, "'"));
  }

  Status open_root() {
    if (latest(trust::kRoot) == 0) {
      Json root = trust::make_root(0, 0);
      for (const std::string_view role :
           {trust::kRoot, trust::kTargets, trust::kSnapshot, trust::kTimestamp}) {
        TRY_SET(const auto* who, signers(role));
        trust::RoleKeys keys{.keys = {}, .threshold = static_cast<int64_t>(who->size())};
        for (const trust::Signer& one : *who) keys.keys.push_back(one.key());
        TRY(trust::set_role(root, role, keys).in([&] { return cat("role ", role); }));
      }
      TRY_SET(const std::string bytes, sign(root, trust::kRoot, 365));
      TRY_SET(root_, trust::read_root(trust::read_document(bytes).value()));
      return put(path_of(trust::kRoot, 1), bytes);
    }
    TRY_SET(const std::string bytes,
            read_file(path_of(trust::kRoot, latest(trust::kRoot)), kMostMetadata));
    TRY_SET(const trust::Document document, trust::read_document(bytes));
    TRY_SET(root_, trust::read_root(document));
    return ok();
  }

  /// The next version of the part, signed.
  Result<std::string> sign(const Json& before, std::string_view role, int64_t days) {
    Json part = before;
    TRY(trust::renew(part, options_.now + days * kDay));
    Json file = trust::unsigned_file(std::move(part));
    TRY_SET(const auto* who, signers(role));
    for (const trust::Signer& one : *who) TRY(trust::sign(file, one));
    return trust::print(file);
  }

  Result<std::string> write(std::string_view role, const Json& part, int64_t days) {
    TRY_SET(const std::string bytes, sign(part, role, days));
    TRY_SET(const trust::Document document, trust::read_document(bytes));
    TRY(trust::verify_signatures(document, root_.roles.find(role)->second, root_.keys).in([&] {
      return cat("role ", role, " as the root has it");
    }));
    const int64_t version = *document.signed_part.find("version")->as_integer();
    TRY(put(path_of(role, version), bytes));
    return bytes;
  }

  Status put(const std::string& path, std::string_view bytes) {
    TRY(write_file(path, bytes));
    written_.push_back(path);
    return ok();
  }

  /// The targets role with the files of the folder as its targets, which are put in their place.
  Result<Json> next_targets() {
    TRY_SET(Json part, present("targets", trust::make_targets(0, 0)));
    part.set("targets", Json::object());
    std::error_code failed;
    for (fs::recursive_directory_iterator at(options_.files, failed), end; !failed && at != end;
         at.increment(failed)) {
      if (!at->is_regular_file()) continue;
      TRY_SET(const std::string content, read_file(at->path().string()));
      TRY_SET(
          const trust::TargetFile target,
          trust::describe(at->path().lexically_relative(options_.files).generic_string(), content)
              .in([&] { return at->path().string(); }));
      TRY(trust::set_target(part, target));
      TRY(put_target(target, content));
    }
    if (failed) return Error(Code::io, cat("cannot list ", options_.files, ": ", failed.message()));
    return part;
  }

  Status put_target(const trust::TargetFile& target, std::string_view content) {
    const size_t slash = target.name.rfind('/') + 1;  // 0 where there is none
    const std::string folder = cat(options_.repository, "/targets/", target.name.substr(0, slash));
    TRY(make_folders(folder));
    for (const auto& [algorithm, digits] : target.hashes) {
      const std::string path = cat(folder, "/", digits, ".", target.name.substr(slash));
      if (fs::exists(path)) continue;
      TRY(put(path, content));
    }
    return ok();
  }

  const PublishOptions& options_;
  const RoleSigners& signers_;
  std::string metadata_;
  std::vector<std::string> files_;
  std::vector<std::string> written_;
  trust::Root root_;
};

}  // namespace

Result<std::vector<std::string>> publish(const PublishOptions& options,
                                         const RoleSigners& signers) {
  return Publisher(options, signers).publish();
}

}  // namespace samara::cli

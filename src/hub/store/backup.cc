#include "hub/store/backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <functional>
#include <map>

#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/io/json/json.h"
#include "fleet/wire/manifest.h"
#include "hub/store/schema.h"
#include "hub/store/store.h"

namespace samara::hub {
namespace {

using database::Connection;
using database::Row;
using json::Json;

constexpr int64_t kForm = 1;
constexpr size_t kPiece = 1 << 20;
constexpr std::string_view kAbout = "/backup.json", kDatabase = "/database", kList = "/blobs.txt";

std::string blob_place(std::string_view sha256) {
  return cat("/store/blobs/", sha256.substr(0, 2), "/", sha256);
}

/// A file that is written anew, for its owner alone.
class Output {
 public:
  static Result<Output> create(const std::string& path) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return system_error(errno, "write " + path);
    return Output(path, fd);
  }
  Output(Output&& other) noexcept
      : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}
  Output& operator=(Output&&) = delete;
  ~Output() {
    if (fd_ >= 0) ::close(fd_);
  }
  Status add(std::span<const std::byte> bytes) {
    return write_all(fd_, bytes).in([this] { return "file " + path_; });
  }
  Status sync() {
    if (::fsync(fd_) != 0) return system_error(errno, "sync " + path_);
    return ok();
  }

 private:
  Output(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::string path_;
  int fd_;
};

/// The SHA-256 of a file, which is copied meanwhile where `to` is given.
Result<std::string> copy_and_hash(const std::string& from, const std::string& to) {
  TRY_SET(const File file, File::open(from));
  TRY_SET(const FileIdentity id, file.identity());
  std::optional<Output> out;
  if (!to.empty()) {
    TRY_SET(Output made, Output::create(to));
    out.emplace(std::move(made));
  }
  std::vector<std::byte> piece;
  Sha256 digest;
  for (uint64_t at = 0; at < id.size; at += piece.size()) {
    piece.resize(std::min<uint64_t>(kPiece, id.size - at));
    TRY(file.read(at, piece));
    digest.add(piece);
    if (out) TRY(out->add(piece));
  }
  if (out) TRY(out->sync());
  return hex(digest.finish());
}

/// Copies where `to` is given, and tells which file is not what it should be.
Status check_file(const std::string& from, const std::string& to, std::string_view sha256) {
  auto got = copy_and_hash(from, to);
  if (!got.ok() && got.error().code() == Code::not_found)
    return Error(Code::data_loss, cat(from, " is missing"));
  if (!got.ok()) return std::move(got).error();
  if (*got != sha256) return Error(Code::data_loss, cat(from, " is damaged"));
  return ok();
}

/// A folder in the making: it is there under its name once it is whole, or not at all.
class Folder {
 public:
  static Result<Folder> begin(std::string path) {
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored) && !std::filesystem::is_empty(path, ignored))
      return Error(Code::failed_precondition, cat(path, " is there already, and not empty"));
    Folder out(std::move(path));
    std::filesystem::remove_all(out.at(""), ignored);  // what one left behind that was killed
    TRY(make_folders(folder_of(out.path_)));
    if (::mkdir(out.at("").c_str(), 0700) != 0)
      return system_error(errno, "make the folder " + out.at(""));
    return out;
  }
  Folder(Folder&& other) noexcept : path_(std::exchange(other.path_, "")) {}
  Folder& operator=(Folder&&) = delete;
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(at(""), ignored);
  }
  std::string at(std::string_view name) const { return cat(path_, ".part", name); }
  Status make(std::string_view name) { return make_folders(folder_of(at(name))); }
  Status finish() {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(at(""), ignored))
      TRY(sync(entry.path().string()));
    TRY(sync(at("")));
    ::rmdir(path_.c_str());  // an empty one
    if (::rename(at("").c_str(), path_.c_str()) != 0) return system_error(errno, "make " + path_);
    const std::string done = std::exchange(path_, "");
    return sync_folder(folder_of(done));
  }

 private:
  explicit Folder(std::string path) : path_(std::move(path)) {}
  /// A file or folder.
  static Status sync(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool good = fd >= 0 && (::fsync(fd) == 0 || errno == EINVAL);
    const int error = errno;
    if (fd >= 0) ::close(fd);
    return good ? ok() : system_error(error, "sync " + path);
  }
  std::string path_;  // empty: finished
};

using Files = std::map<std::string, std::string>;  // "/keys/default/online.pem": SHA-256

/// What backup.json says.
struct About {
  std::string kind;
  Files files;
  BackupReport report;
};

Json to_json(const About& about) {
  Json files = Json::object();
  for (const auto& [name, sha256] : about.files) files.set(name, sha256);
  return Json::object({{"form", kForm},
                       {"kind", about.kind},
                       {"schema", about.report.schema},
                       {"made_at", wire::time_text(now())},
                       {"blobs", about.report.blobs},
                       {"bytes", about.report.bytes},
                       {"keys", about.report.keys},
                       {"files", std::move(files)}});
}

bool take_files(const Json::Object& members, Files& files) {
  for (const auto& [name, sha256] : members) {
    const bool inside = name.starts_with('/') && name.find("..") == name.npos;
    if (!inside || !sha256.as_string()) return false;
    files.emplace(name, *sha256.as_string());
  }
  return files.contains(std::string(kDatabase)) && files.contains(std::string(kList));
}

/// The members of backup.json; none where they are not what to_json() writes.
std::optional<About> about_of(const Json& json) {
  const auto number = [&](std::string_view name) {
    const Json* member = json.find(name);
    return member ? member->as_integer().value_or(-1) : -1;
  };
  const Json* kind = json.find("kind");
  const Json* files = json.find("files");
  const Json* keys = json.find("keys");
  const bool numbers = number("schema") > 0 && number("blobs") >= 0 && number("bytes") >= 0;
  if (!numbers || !kind || !kind->as_string() || !files || !files->as_object() || !keys)
    return std::nullopt;
  About about{*kind->as_string(), {}, {}};
  about.report = {static_cast<uint64_t>(number("blobs")), static_cast<uint64_t>(number("bytes")),
                  number("schema"), *keys == Json(true)};
  if (!take_files(*files->as_object(), about.files)) return std::nullopt;
  return about;
}

Result<About> read_about(const std::string& from) {
  TRY_SET(const std::string text, read_file(cat(from, kAbout), 16 << 20));
  const auto json = json::parse(text);
  const Json* form = json.ok() ? json->find("form") : nullptr;
  if (form && form->as_integer().value_or(0) > kForm)
    return Error(Code::failed_precondition, "the backup was made by a later version");
  auto about = form ? about_of(*json) : std::nullopt;
  if (!about) return Error(Code::data_loss, cat(from, kAbout, " is no description of a backup"));
  const int64_t known = migrations().back().number;
  if (about->report.schema > known)
    return Error(Code::failed_precondition,
                 cat("the backup's database is at version ", about->report.schema,
                     ", this program knows ", known,
                     "; use the program that made it, or a later "
                     "one"));
  return std::move(*about);
}

/// A line for every blob that the database names.
Result<std::string> list_blobs(Connection& c, int64_t schema) {
  std::string select, out;
  for (const NamingTable& table : kNamingTables) {
    if (table.since > schema) continue;
    select += cat(select.empty() ? "" : "UNION ", "SELECT sha256 FROM ", table.name, " ");
  }
  TRY_SET(const database::Rows rows, c.run(select + "ORDER BY sha256"));
  for (const Row& row : rows) out += row.text(0) + "\n";
  return out;
}

/// Calls `work` with each line of blobs.txt.
Status for_blobs(std::string_view list, FunctionRef<Status(const std::string& sha256)> work) {
  while (!list.empty()) {
    const std::string line(list.substr(0, list.find('\n')));
    list.remove_prefix(std::min(list.size(), line.size() + 1));
    if (!blobs::is_hash(line)) return Error(Code::data_loss, cat("'", line, "' is no hash"));
    TRY(work(line));
  }
  return ok();
}

/// Links or copies the blob into the backup; the value is its size.
Result<uint64_t> take_blob(blobs::Store& blobs, Folder& into, const std::string& sha256) {
  const std::string to = into.at(blob_place(sha256));
  TRY(into.make(blob_place(sha256)));
  TRY_SET(const blobs::LocalCopy copy, blobs.local(sha256));
  const bool linked = !copy.held && ::link(copy.path.c_str(), to.c_str()) == 0;
  if (!linked) TRY(check_file(copy.path, to, sha256));
  TRY_SET(const FileIdentity id, file_identity(to));
  return id.size;
}

/// Puts a file of a backup into storage elsewhere, if it has that hash.
Status store_blob(const std::string& from, blobs::Store& storage, const std::string& sha256) {
  TRY_SET(const File file, File::open(from));
  TRY_SET(const FileIdentity id, file.identity());
  TRY_SET(const std::string upload, storage.begin());
  const auto fill = [&]() -> Status {
    TRY_SET(const auto open, storage.resume(upload));
    std::vector<std::byte> piece;
    for (uint64_t at = 0; at < id.size; at += piece.size()) {
      piece.resize(std::min<uint64_t>(kPiece, id.size - at));
      TRY(file.read(at, piece));
      TRY(open->append(piece));
    }
    return open->sync();
  };
  Status done = fill();
  if (done.ok()) {
    auto blob = storage.finish(upload, sha256);
    if (blob.ok()) return ok();
    done = std::move(blob).error().in(from);
  }
  (void)storage.cancel(upload);
  return done;
}

/// Copies the keys, those of every project.
Status take_keys(const std::string& keys, Folder& into, Files& files) {
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(keys, error)) {
    if (!entry.is_regular_file(error)) continue;
    const std::string path = entry.path().string();
    const std::string name = "/keys" + path.substr(keys.size());
    TRY(into.make(name));
    TRY_SET(files[name], copy_and_hash(path, into.at(name)));
  }
  if (error) return Error(Code::io, cat("cannot read ", keys, ": ", error.message()));
  return ok();
}

/// Goes through a backup; copies all but the database where `into` is given, the blobs to `storage` where
/// there is one.
Result<About> walk_backup(const std::string& from, Folder* into, blobs::Store* storage = nullptr) {
  TRY_SET(About about, read_about(from));
  for (const auto& [name, sha256] : about.files) {
    const bool copied = into && name.starts_with("/keys/");
    if (copied) TRY(into->make(name));
    TRY(check_file(from + name, copied ? into->at(name) : "", sha256));
  }
  TRY_SET(const std::string list, read_file(cat(from, kList), uint64_t{1} << 32));
  uint64_t found = 0;
  TRY(for_blobs(list, [&](const std::string& sha256) -> Status {
    const std::string place = blob_place(sha256);
    ++found;
    if (storage) return store_blob(from + place, *storage, sha256);
    if (into) TRY(into->make(place));
    return check_file(from + place, into ? into->at(place) : "", sha256);
  }));
  if (found != about.report.blobs)
    return Error(Code::data_loss, cat("it lists ", found, " blobs, not ", about.report.blobs));
  return about;
}

}  // namespace

Result<BackupReport> make_backup(database::Database& database, std::string_view kind,
                                 blobs::Store& blobs, const std::string& keys,
                                 const std::string& to) {
  TRY_SET(Folder folder, Folder::begin(to));
  About about{std::string(kind), {}, {}};
  TRY_SET(about.report.schema, database.schema_version());
  if (about.report.schema == 0) return Error(Code::not_found, "the database holds no hub");
  std::string list;
  TRY(database.dump(folder.at(kDatabase), [&](Connection& c) -> Status {
    TRY_SET(list, list_blobs(c, about.report.schema));
    return ok();
  }));
  TRY(write_file(folder.at(kList), list));
  TRY(for_blobs(list, [&](const std::string& sha256) -> Status {
    TRY_SET(const uint64_t size, take_blob(blobs, folder, sha256));
    ++about.report.blobs;
    about.report.bytes += size;
    return ok();
  }));
  for (const std::string& file : {std::string(kDatabase), std::string(kList)}) {
    TRY_SET(about.files[file], copy_and_hash(folder.at(file), ""));
  }
  about.report.keys = !keys.empty();
  if (about.report.keys) TRY(take_keys(keys, folder, about.files));
  TRY(write_file(folder.at(kAbout), to_json(about).dump(2) + "\n"));
  TRY(folder.finish());
  return about.report;
}

Result<BackupReport> check_backup(const std::string& from) {
  TRY_SET(const About about, walk_backup(from, nullptr));
  return about.report;
}

Result<BackupReport> restore_backup(const std::string& from, const std::string& folder,
                                    const std::string& database, const std::string& storage) {
  TRY_SET(Folder into, Folder::begin(folder));
  TRY(into.make("/store/blobs/x"));
  TRY(into.make("/store/uploads/x"));
  std::unique_ptr<blobs::Store> elsewhere;
  if (!storage.empty()) {
    // Elsewhere nothing can be taken back, so that the backup is found whole before.
    TRY(check_backup(from));
    TRY_SET(elsewhere, blobs::open_s3(storage, into.at("/store")));
  }
  TRY_SET(const About about, walk_backup(from, &into, elsewhere.get()));
  const std::string where = database.empty() ? into.at("/hub.sqlite") : database;
  if (about.kind != database::Database::kind(where))
    return Error(Code::failed_precondition,
                 cat("the backup is of a hub on ", about.kind, "; --database says otherwise"));
  TRY(database::Database::load(where, cat(from, kDatabase)));
  TRY(into.finish());
  return about.report;
}

}  // namespace samara::hub

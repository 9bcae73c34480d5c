// A folder: blobs/ab/abcd... and uploads/<id>. A blob appears by rename, after its bytes are synced,
// and its folder is synced after: a power cut leaves an upload or a blob, never a part of one.
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <mutex>

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/io/blobs/blobs.h"
#include "fleet/io/blobs/hash.h"

#ifdef __linux__
#include <sys/random.h>
#endif

namespace samara::blobs {
namespace {

bool is_hex(std::string_view text, size_t digits) {
  return text.size() == digits && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

struct Descriptor {
  int fd = -1;
  explicit Descriptor(int of) : fd(of) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd >= 0) file_system().close(fd);
  }
};

Status make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST)
    return system_error(errno, cat("make the folder ", path));
  return ok();
}

/// Makes the names in a folder outlive a power cut.
Status sync_folder(const std::string& path) {
  const Descriptor folder(file_system().open(path.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY, 0));
  if (folder.fd < 0) return system_error(errno, cat("open the folder ", path));
  if (file_system().fsync(folder.fd) != 0) return system_error(errno, cat("sync ", path));
  return ok();
}

std::chrono::seconds age_of(const struct stat& s) {
  return std::chrono::seconds(std::max<int64_t>(0, std::time(nullptr) - s.st_mtime));
}

/// The names in a folder that are so many hexadecimal digits; others are not ours.
Result<std::vector<std::string>> names_in(const std::string& path, size_t digits) {
  DIR* folder = ::opendir(path.c_str());
  if (!folder) return system_error(errno, cat("read the folder ", path));
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(folder)) {
    if (is_hex(entry->d_name, digits)) names.emplace_back(entry->d_name);
  }
  ::closedir(folder);
  std::sort(names.begin(), names.end());
  return names;
}

class FileUpload : public Upload {
 public:
  FileUpload(int fd, uint64_t offset) : file_(fd), offset_(offset) {}
  uint64_t offset() const override { return offset_; }

  Status append(std::span<const std::byte> bytes) override {
    while (!bytes.empty()) {
      const ssize_t n = file_system().write(file_.fd, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return system_error(n < 0 ? errno : EIO, "write the upload");
      offset_ += static_cast<uint64_t>(n);
      bytes = bytes.subspan(static_cast<size_t>(n));
    }
    return ok();
  }

  Status sync() override {
    if (file_system().fsync(file_.fd) != 0) return system_error(errno, "sync the upload");
    return ok();
  }

 private:
  Descriptor file_;
  uint64_t offset_;
};

class Folder : public Store {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {}

  Status make() {
    TRY(make_folder(path_));
    TRY(make_folder(path_ + "/blobs"));
    TRY(make_folder(path_ + "/uploads"));
    return sync_folder(path_);
  }

  Result<Blob> look(std::string_view sha256) override {
    TRY_SET(const std::string path, blob_path(sha256));
    struct stat s = {};
    if (::stat(path.c_str(), &s) != 0) return system_error(errno, "look at the blob");
    return Blob{std::string(sha256), static_cast<uint64_t>(s.st_size), age_of(s)};
  }

  Result<Content> open(std::string_view sha256) override {
    TRY_SET(const std::string path, blob_path(sha256));
    TRY_SET(File opened, File::open(path));
    TRY_SET(const FileIdentity id, opened.identity());
    const auto file = std::make_shared<const File>(std::move(opened));
    return Content{file, id.size, [file](uint64_t offset, std::span<std::byte> out) {
                     return file->read(offset, out);
                   }};
  }

  Result<LocalCopy> local(std::string_view sha256) override {
    TRY_SET(std::string path, blob_path(sha256));
    return LocalCopy{std::move(path), nullptr};
  }

  Result<std::vector<Blob>> list() override {
    std::vector<Blob> all;
    TRY_SET(const auto folders, names_in(path_ + "/blobs", 2));
    for (const std::string& folder : folders) {
      TRY_SET(const auto names, names_in(cat(path_, "/blobs/", folder), 64));
      for (const std::string& name : names) {
        auto blob = look(name);
        if (blob.ok()) all.push_back(std::move(*blob));
      }
    }
    return all;
  }

  Result<bool> remove(std::string_view sha256, std::chrono::seconds least_age) override {
    const std::lock_guard lock(mutex_);
    TRY_SET(const Blob blob, look(sha256));
    if (blob.age < least_age) return false;
    TRY_SET(const std::string path, blob_path(sha256));
    if (file_system().unlink(path.c_str()) != 0) return system_error(errno, "remove the blob");
    return true;
  }

  Result<std::string> begin() override {
    std::array<std::byte, 16> random = {};
    if (::getentropy(random.data(), random.size()) != 0)
      return system_error(errno, "take random bytes");
    const std::string id = hex(random);
    const std::string path = cat(path_, "/uploads/", id);
    const Descriptor file(
        file_system().open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (file.fd < 0) return system_error(errno, "begin an upload");
    TRY(sync_folder(path_ + "/uploads"));
    return id;
  }

  Result<std::unique_ptr<Upload>> resume(std::string_view id) override {
    TRY_SET(const std::string path, this->path(id));
    const int fd = file_system().open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC, 0);
    if (fd < 0) return system_error(errno, "open the upload");
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
      file_system().close(fd);
      return Error(Code::unavailable, "another request is writing to this upload");
    }
    struct stat s = {};
    if (file_system().fstat(fd, &s) != 0) {
      const int error = errno;
      file_system().close(fd);
      return system_error(error, "look at the upload");
    }
    return std::unique_ptr<Upload>(
        std::make_unique<FileUpload>(fd, static_cast<uint64_t>(s.st_size)));
  }

  Result<uint64_t> offset(std::string_view id) override {
    TRY_SET(const std::string path, this->path(id));
    TRY_SET(const FileIdentity file, file_identity(path));
    return file.size;
  }

  Result<std::string> path(std::string_view id) override {
    if (!is_hex(id, 32)) return Error(Code::not_found, "there is no such upload");
    return cat(path_, "/uploads/", id);
  }

  Result<Blob> finish(std::string_view id, std::string_view expected) override {
    TRY_SET(const auto held, resume(id));
    TRY(held->sync());
    TRY_SET(const std::string from, path(id));
    TRY_SET(Blob blob, hash_file(from));
    TRY(check_hash(blob, expected));
    const std::lock_guard lock(mutex_);
    TRY_SET(const std::string to, blob_path(blob.sha256));
    const std::string folder = to.substr(0, to.rfind('/'));
    TRY(make_folder(folder));
    TRY(sync_folder(path_ + "/blobs"));
    // The time of the last upload protects it from the next clean-up.
    if (::utimensat(AT_FDCWD, from.c_str(), nullptr, 0) != 0)
      return system_error(errno, "date the upload");
    if (file_system().rename(from.c_str(), to.c_str()) != 0)
      return system_error(errno, "name the blob");
    TRY(sync_folder(folder));
    return blob;
  }

  Status cancel(std::string_view id) override {
    TRY_SET(const std::string path, this->path(id));
    if (file_system().unlink(path.c_str()) != 0) return system_error(errno, "drop the upload");
    return ok();
  }

  Result<size_t> drop_uploads(std::chrono::seconds age) override {
    size_t dropped = 0;
    TRY_SET(const auto names, names_in(path_ + "/uploads", 32));
    for (const std::string& name : names) {
      struct stat s = {};
      if (::stat(cat(path_, "/uploads/", name).c_str(), &s) != 0 || age_of(s) < age) continue;
      if (cancel(name).ok()) ++dropped;
    }
    return dropped;
  }

 private:
  Result<std::string> blob_path(std::string_view sha256) const {
    if (!is_hash(sha256)) return Error(Code::not_found, "there is no such blob");
    return cat(path_, "/blobs/", sha256.substr(0, 2), "/", sha256);
  }

  std::string path_;
  std::mutex mutex_;  // between a blob's appearing and its removal
};

}  // namespace

Result<std::unique_ptr<Store>> open_folder(const std::string& path) {
  auto folder = std::make_unique<Folder>(path);
  TRY(folder->make().in([&] { return cat("blobs in ", path); }));
  return std::unique_ptr<Store>(std::move(folder));
}

}  // namespace samara::blobs

#include "fleet/delivery/disk.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/checked.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/try.h"

namespace samara::delivery {

Result<WritableFile> WritableFile::open(const std::string& path) {
  const int fd = file_system().open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (fd < 0) return system_error(errno, "open for writing").in("file " + path);
  return WritableFile(fd);
}

WritableFile::WritableFile(WritableFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
WritableFile& WritableFile::operator=(WritableFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}
WritableFile::~WritableFile() {
  if (fd_ >= 0) file_system().close(fd_);
}

Result<uint64_t> WritableFile::size() const {
  struct stat s = {};
  if (file_system().fstat(fd_, &s) != 0) return system_error(errno, "look at the file");
  return static_cast<uint64_t>(s.st_size);
}

Status WritableFile::append(std::span<const std::byte> bytes) { return write_all(fd_, bytes); }

Status WritableFile::truncate(uint64_t size) {
  const auto length = narrow<off_t>(size);
  if (!length) return Error(Code::resource_exhausted, "a file too long for this system");
  while (file_system().ftruncate(fd_, *length) != 0)
    if (errno != EINTR) return system_error(errno, "shorten the file");
  return ok();
}

Status WritableFile::sync() {
  if (file_system().fsync(fd_) != 0) return system_error(errno, "sync");
  return ok();
}

Result<bool> WritableFile::try_lock() {
  while (file_system().flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) return system_error(errno, "lock");
  }
  return true;
}

Status WritableFile::lock() {
  while (file_system().flock(fd_, LOCK_EX) != 0)
    if (errno != EINTR) return system_error(errno, "lock");
  return ok();
}

Result<bool> WritableFile::is_at(const std::string& path) const {
  const auto other = file_identity(path);
  if (!other.ok() && other.error().code() == Code::not_found) return false;
  if (!other.ok()) return other.error();
  struct stat s = {};
  if (file_system().fstat(fd_, &s) != 0) return system_error(errno, "look at the file");
  return other->inode == static_cast<uint64_t>(s.st_ino) &&
         other->device == static_cast<uint64_t>(s.st_dev);
}

bool exists(const std::string& path) { return file_identity(path).ok(); }

Status remove_file(const std::string& path) {
  if (file_system().unlink(path.c_str()) == 0 || errno == ENOENT) return ok();
  return system_error(errno, "remove").in("file " + path);
}

Result<std::string> hash_file(const std::string& path) {
  const auto frame = [&] { return "file " + path; };
  TRY_SET(const File file, File::open(path).in(frame));
  TRY_SET(const FileIdentity id, file.identity().in(frame));
  std::vector<std::byte> buffer(std::min<uint64_t>(id.size, uint64_t{1} << 18));
  Sha256 hash;
  for (uint64_t at = 0; at < id.size;) {
    const auto piece = std::span(buffer).first(std::min<uint64_t>(buffer.size(), id.size - at));
    TRY(file.read(at, piece).in(frame));
    hash.add(piece);
    at += piece.size();
  }
  return hex(hash.finish());
}

Status write_through(const std::string& path, const std::string& text) {
  TRY(write_file(path, text));
  return sync_folder(folder_of(path));
}

}  // namespace samara::delivery

#include "cli/hub/hashed_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/try.h"

namespace samara::cli {

Result<HashedFile> HashedFile::open(const std::string& path) {
  HashedFile out(path, ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (out.fd_ < 0) return system_error(errno, "write " + path);
  std::vector<std::byte> piece(1 << 20);
  for (ssize_t n; (n = ::read(out.fd_, piece.data(), piece.size())) > 0;) {
    out.digest_.add({piece.data(), static_cast<size_t>(n)});
    out.size_ += static_cast<uint64_t>(n);
  }
  return out;
}

HashedFile::HashedFile(HashedFile&& other) noexcept
    : path_(std::move(other.path_)),
      digest_(other.digest_),
      size_(other.size_),
      fd_(std::exchange(other.fd_, -1)) {}

HashedFile::~HashedFile() {
  if (fd_ >= 0) ::close(fd_);
}

Status HashedFile::append(std::span<const std::byte> bytes) {
  digest_.add(bytes);
  size_ += bytes.size();
  return write_all(fd_, bytes).in([this] { return "file " + path_; });
}

Status HashedFile::clear() {
  if (::ftruncate(fd_, 0) != 0 || ::lseek(fd_, 0, SEEK_SET) != 0)
    return system_error(errno, "write " + path_);
  digest_ = {};
  size_ = 0;
  return ok();
}

Result<std::string> HashedFile::finish() {
  if (::fsync(fd_) != 0) return system_error(errno, "write " + path_);
  return hex(digest_.finish());
}

}  // namespace samara::cli

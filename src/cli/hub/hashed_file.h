// HashedFile: a file that grows by what is downloaded, and the hash of all that is in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/hash.h"
#include "samara/base/result.h"

namespace samara::cli {

class HashedFile {
 public:
  /// What lies in the file already counts, and is hashed.
  ///
  /// Errors   io and the system's: it cannot be written, as all that follow
  static Result<HashedFile> open(const std::string& path);
  HashedFile(HashedFile&& other) noexcept;
  HashedFile& operator=(HashedFile&&) = delete;
  ~HashedFile();

  Status append(std::span<const std::byte> bytes);
  Status clear();
  uint64_t size() const { return size_; }
  /// The SHA-256 in hex, after all is on the disk. Nothing is appended afterwards.
  Result<std::string> finish();

 private:
  HashedFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::string path_;
  Sha256 digest_;
  uint64_t size_ = 0;
  int fd_ = -1;
};

}  // namespace samara::cli

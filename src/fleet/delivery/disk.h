// A file open for writing, and locks: what the store and the download need beyond base/file.h.
// Every call goes through base's FileSystem, so that tests can cut the power after any of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "samara/base/result.h"

namespace samara::delivery {

class WritableFile {
 public:
  /// Opens for reading and appending; makes the file where there is none.
  static Result<WritableFile> open(const std::string& path);
  WritableFile(WritableFile&& other) noexcept;
  WritableFile& operator=(WritableFile&& other) noexcept;
  ~WritableFile();

  Result<uint64_t> size() const;
  /// Appends all of it or fails; a part may have been written then.
  Status append(std::span<const std::byte> bytes);
  Status truncate(uint64_t size);
  Status sync();
  /// flock: held until this object or the process ends. False: another has it.
  Result<bool> try_lock();
  /// Waits for it.
  Status lock();
  /// Whether `path` still names this file.
  Result<bool> is_at(const std::string& path) const;

 private:
  explicit WritableFile(int fd) : fd_(fd) {}
  int fd_ = -1;
};

bool exists(const std::string& path);
/// Removes the file; one that is not there counts as removed.
Status remove_file(const std::string& path);
/// The SHA-256 of a file in hexadecimal.
Result<std::string> hash_file(const std::string& path);
/// write_file() of base, and its name is on the disk too when this returns.
Status write_through(const std::string& path, const std::string& text);

}  // namespace samara::delivery

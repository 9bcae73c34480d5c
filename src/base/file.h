// Files: opening, reading at an offset, writing by rename, folders, identity, mapping.
//
// Every call to the system goes through FileSystem, a table of functions, so that tests can make
// the Nth read fail or the disk be full. A mapping of a file is guarded: when somebody truncates
// the file, touching a page that is gone gives zeroes and marks the mapping damaged, where the
// system would end the process with SIGBUS.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "samara/base/result.h"

namespace samara {

/// The system calls that this room makes; each like its namesake in POSIX (-1 and errno).
struct FileSystem {
  int (*open)(const char* path, int flags, mode_t mode);
  int (*close)(int fd);
  int (*fstat)(int fd, struct stat* out);
  ssize_t (*pread)(int fd, void* out, size_t size, off_t offset);
  ssize_t (*write)(int fd, const void* data, size_t size);
  int (*fsync)(int fd);
  int (*rename)(const char* from, const char* to);
  int (*unlink)(const char* path);
  void* (*mmap)(void* at, size_t size, int protection, int flags, int fd, off_t offset);
  int (*ftruncate)(int fd, off_t size);
  int (*mkdir)(const char* path, mode_t mode);
  int (*flock)(int fd, int operation);
  /// opendir, readdir and closedir in one: the names in a folder, without "." and "..".
  int (*list)(const char* path, std::vector<std::string>* names);
  /// statvfs: the bytes that an ordinary user may still write there.
  int (*space)(const char* path, uint64_t* free);
};

/// The table in use: the system's, or the one of a test.
const FileSystem& file_system();

/// Puts another table in place while it lives. For tests; not from two threads at once.
class ScopedFileSystem {
 public:
  explicit ScopedFileSystem(const FileSystem& replacement);
  ~ScopedFileSystem();
  ScopedFileSystem(const ScopedFileSystem&) = delete;
  ScopedFileSystem& operator=(const ScopedFileSystem&) = delete;

 private:
  const FileSystem* before_;
};

/// How write_file() writes.
struct WriteHow {
  bool synced = true;  // false: after a power loss the file may hold anything
  mode_t mode = 0666;  // less the process's mask
};

/// What makes a file the same file as before: it changes when the file is replaced or written.
struct FileIdentity {
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t size = 0;
  int64_t modified_ns = 0;
  bool operator==(const FileIdentity&) const = default;
};

/// The Error for a failed system call: its code by `error` (an errno), its text "cannot <what>: ...".
Error system_error(int error, std::string_view what);

/// A regular file, open for reading. Errors: not_found, permission_denied, io, resource_exhausted.
class File {
 public:
  /// Errors   invalid_argument  a folder, device or pipe
  static Result<File> open(const std::string& path);
  /// A second descriptor of the same open file; `fd` stays the caller's.
  static Result<File> duplicate(int fd);
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  int fd() const { return fd_; }
  Result<FileIdentity> identity() const;
  /// Whether nobody but this user and root may write to it.
  Result<bool> private_to_us() const;
  /// Sets its time to now, as a sign that it was of use. Errors: system_error's.
  Status touch() const;
  /// Fills `out` from `offset` on. Errors: data_loss (the file ends before).
  Status read(uint64_t offset, std::span<std::byte> out) const;

 private:
  explicit File(int fd) : fd_(fd) {}
  int fd_ = -1;
};

Result<FileIdentity> file_identity(const std::string& path);

/// The whole content. Errors: resource_exhausted (longer than `limit` bytes), and File's.
Result<std::string> read_file(const std::string& path, uint64_t limit = uint64_t{1} << 30);

/// Writes all of it where the descriptor stands, in as many calls as the system wants.
Status write_all(int fd, std::span<const std::byte> content);

/// Writes a new file beside `path`, syncs it and renames it there: a reader sees the old content or
/// the new, never a part, also after a power loss. Nothing is left behind on failure.
Status write_file(const std::string& path, std::span<const std::byte> content);
Status write_file(const std::string& path, std::string_view content);
/// The same of parts, one behind the other.
Status write_file(const std::string& path, std::span<const std::span<const std::byte>> parts,
                  const WriteHow& how);

/// Makes the folder and those above it that are missing, each synced into the one above.
Status make_folders(const std::string& path);
/// The names in a folder, sorted. Errors: not_found, and system_error's.
Result<std::vector<std::string>> list_folder(const std::string& path);
/// What was renamed, made or removed in the folder is on the disk when this returns. File systems
/// that cannot sync folders say so with EINVAL, which counts as done.
Status sync_folder(const std::string& path);
/// The bytes that may still be written to the file system that `path` lies on.
Result<uint64_t> free_space(const std::string& path);
/// The folder that a path lies in: "." where it names none.
std::string folder_of(const std::string& path);

/// Pages of memory that are given back at the end: private ones, or those of a mapped file.
class Mapping {
 public:
  Mapping() = default;
  /// Zeroed, readable and writable; pages cost memory when first written.
  static Result<Mapping> anonymous(uint64_t size);
  /// The same of memory that will be used: refused where the system knows that it has not so much.
  static Result<Mapping> in_full(uint64_t size);
  /// [offset, offset + size) of the file, read-only and guarded; offset need not be aligned.
  static Result<Mapping> of_file(const File& file, uint64_t offset, uint64_t size);
  Mapping(Mapping&& other) noexcept { swap(other); }
  Mapping& operator=(Mapping&& other) noexcept {
    Mapping(std::move(other)).swap(*this);
    return *this;
  }
  ~Mapping();

  std::span<const std::byte> bytes() const { return {base_ + skip_, size_ - skip_}; }
  /// Of an anonymous mapping.
  std::span<std::byte> writable() { return {base_, size_}; }
  /// False once the file was found shorter than what is mapped.
  bool intact() const;
  /// Gives the pages of a mapped file back; who touches one again finds it as it was.
  void drop() const;
  /// Asks for large pages, where the system has them to give.
  void prefer_large_pages() const;

 private:
  static Result<Mapping> take(uint64_t size, int flags);
  void swap(Mapping& other) noexcept;
  std::byte* base_ = nullptr;  // a page boundary
  size_t size_ = 0;            // from base_
  size_t skip_ = 0;            // from base_ to the bytes asked for
  uint64_t end_ = 0;           // of the bytes asked for, in the file
  std::unique_ptr<File> file_;
  struct Guard* guard_ = nullptr;
};

/// Gives the whole pages of a part of an anonymous mapping back; they are zeros again.
void give_back_pages(std::span<std::byte> part);

}  // namespace samara

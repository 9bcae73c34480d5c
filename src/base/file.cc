// Files over POSIX calls; see file.h.
#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <limits>
#include <system_error>
#include <utility>

#include "base/checked.h"
#include "base/guard.h"
#include "base/text.h"
#include "base/try.h"

namespace samara {
namespace {

int system_open(const char* path, int flags, mode_t mode) { return ::open(path, flags, mode); }

int system_list(const char* path, std::vector<std::string>* names) {
  DIR* folder = ::opendir(path);
  if (!folder) return -1;
  errno = 0;
  // One stream is read by one thread alone, which POSIX allows.
  while (const dirent* entry = ::readdir(folder)) {  // NOLINT(concurrency-mt-unsafe)
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names->emplace_back(name);
  }
  const int error = errno;
  ::closedir(folder);
  errno = error;
  return error == 0 ? 0 : -1;
}

int system_space(const char* path, uint64_t* free) {
  struct statvfs s = {};
  if (::statvfs(path, &s) != 0) return -1;
  const auto bytes = checked_mul<uint64_t>(s.f_bavail, s.f_frsize);
  *free = bytes.value_or(std::numeric_limits<uint64_t>::max());
  return 0;
}

constexpr FileSystem kSystem = {system_open, ::close,  ::fstat,     ::pread,     ::write,
                                ::fsync,     ::rename, ::unlink,    ::mmap,      ::ftruncate,
                                ::mkdir,     ::flock,  system_list, system_space};
std::atomic<const FileSystem*> current{&kSystem};

Result<FileIdentity> identity_of(int fd) {
  struct stat s = {};
  if (file_system().fstat(fd, &s) != 0) return system_error(errno, "look at the file");
  if (S_ISDIR(s.st_mode)) return Error(Code::invalid_argument, "is a folder, not a file");
  if (!S_ISREG(s.st_mode)) return Error(Code::invalid_argument, "is not a regular file");
  FileIdentity out;
  out.device = static_cast<uint64_t>(s.st_dev);
  out.inode = static_cast<uint64_t>(s.st_ino);
  out.size = static_cast<uint64_t>(s.st_size);
#ifdef __APPLE__
  const auto& time = s.st_mtimespec;
#else
  const auto& time = s.st_mtim;
#endif
  out.modified_ns = int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  return out;
}

Status write_and_rename(int fd, const std::string& from, const std::string& to,
                        std::span<const std::span<const std::byte>> parts, bool synced) {
  Status written = ok();
  for (const auto& part : parts)
    if (written.ok()) written = write_all(fd, part);
  if (synced && written.ok() && file_system().fsync(fd) != 0) written = system_error(errno, "sync");
  if (file_system().close(fd) != 0 && written.ok()) written = system_error(errno, "close");
  TRY(std::move(written));
  if (file_system().rename(from.c_str(), to.c_str()) != 0) return system_error(errno, "rename");
  // Not every folder may be opened: a failure to sync it is no failure of the write.
  if (synced) (void)sync_folder(folder_of(to));
  return ok();
}

}  // namespace

const FileSystem& file_system() { return *current.load(std::memory_order_acquire); }

ScopedFileSystem::ScopedFileSystem(const FileSystem& replacement)
    : before_(current.exchange(&replacement)) {}
ScopedFileSystem::~ScopedFileSystem() { current.store(before_); }

Error system_error(int error, std::string_view what) {
  Code code = Code::io;
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      code = Code::not_found;
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      code = Code::permission_denied;
      break;
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EFBIG:
      code = Code::resource_exhausted;
      break;
    default:
      break;
  }
  return Error(code, cat("cannot ", what, ": ", std::generic_category().message(error)));
}

Result<File> File::open(const std::string& path) {
  // O_NONBLOCK: opening a pipe must not wait for its other end; on a regular file it does nothing.
  const int fd = file_system().open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  if (fd < 0) return system_error(errno, "open");
  File file(fd);
  TRY(file.identity());
  return file;
}

Result<File> File::duplicate(int fd) {
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return system_error(errno, "use the descriptor");
  File file(copy);
  TRY(file.identity());
  return file;
}

File::File(File&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
File& File::operator=(File&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}
File::~File() {
  if (fd_ >= 0) file_system().close(fd_);
}

Result<FileIdentity> File::identity() const { return identity_of(fd_); }

Result<bool> File::private_to_us() const {
  struct stat s = {};
  if (file_system().fstat(fd_, &s) != 0) return system_error(errno, "look at the file");
  return (s.st_uid == ::geteuid() || s.st_uid == 0) && (s.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

Status File::touch() const {
  if (::futimens(fd_, nullptr) != 0) return system_error(errno, "touch");
  return ok();
}

Status File::read(uint64_t offset, std::span<std::byte> out) const {
  // One call reads at most 2 GiB on Linux and less than INT_MAX on others.
  constexpr size_t kMost = size_t{1} << 30;
  while (!out.empty()) {
    const auto at = narrow<off_t>(offset);
    if (!at) return Error(Code::data_loss, cat("the file ends before byte ", offset));
    const ssize_t n = file_system().pread(fd_, out.data(), std::min(out.size(), kMost), *at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error(errno, "read");
    if (n == 0) return Error(Code::data_loss, cat("the file ends at byte ", offset));
    out = out.subspan(static_cast<size_t>(n));
    offset += static_cast<uint64_t>(n);
  }
  return ok();
}

Result<FileIdentity> file_identity(const std::string& path) {
  auto file = File::open(path);
  if (!file.ok()) return std::move(file).error().in(cat("file ", path));
  return file->identity();
}

Result<std::string> read_file(const std::string& path, uint64_t limit) {
  const auto frame = [&] { return cat("file ", path); };
  TRY_SET(const File file, File::open(path).in(frame));
  TRY_SET(const FileIdentity id, file.identity().in(frame));
  if (id.size > std::min<uint64_t>(limit, std::numeric_limits<ptrdiff_t>::max()))
    return Error(Code::resource_exhausted, cat("has ", id.size, " bytes, more than ", limit))
        .in(frame());
  std::string out(static_cast<size_t>(id.size), '\0');
  TRY(file.read(0, std::as_writable_bytes(std::span(out))).in(frame));
  return out;
}

Status write_all(int fd, std::span<const std::byte> content) {
  while (!content.empty()) {
    const ssize_t n = file_system().write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error(errno, "write");
    if (n == 0) return Error(Code::io, "cannot write: the system takes no bytes");
    content = content.subspan(static_cast<size_t>(n));
  }
  return ok();
}

Status write_file(const std::string& path, std::span<const std::byte> content) {
  return write_file(path, std::span(&content, 1), {});
}

Status write_file(const std::string& path, std::span<const std::span<const std::byte>> parts,
                  const WriteHow& how) {
  static std::atomic<uint32_t> count{0};
  const auto frame = [&] { return cat("file ", path); };
  // O_EXCL with a name of this process and call: two writers never share a temporary file.
  std::string temporary;
  int fd = -1;
  for (int tries = 0; fd < 0 && tries < 100; ++tries) {
    temporary = cat(path, ".", static_cast<int64_t>(::getpid()), ".", count.fetch_add(1), ".tmp");
    fd = file_system().open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, how.mode);
    if (fd < 0 && errno != EEXIST) break;
  }
  if (fd < 0) return system_error(errno, "create").in(frame());
  Status done = write_and_rename(fd, temporary, path, parts, how.synced);
  if (!done.ok()) file_system().unlink(temporary.c_str());
  return std::move(done).in(frame);
}

Status write_file(const std::string& path, std::string_view content) {
  return write_file(path, std::as_bytes(std::span(content)));
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Status make_folders(const std::string& path) {
  const auto frame = [&] { return cat("folder ", path); };
  if (file_system().mkdir(path.c_str(), 0777) == 0) return sync_folder(folder_of(path)).in(frame);
  if (errno == EEXIST) return ok();
  const int error = errno;
  const std::string above = folder_of(path);
  if (error != ENOENT || above == path || above == ".")
    return system_error(error, "make the folder").in(frame());
  TRY(make_folders(above));
  if (file_system().mkdir(path.c_str(), 0777) != 0 && errno != EEXIST)
    return system_error(errno, "make the folder").in(frame());
  return sync_folder(above).in(frame);
}

Result<std::vector<std::string>> list_folder(const std::string& path) {
  std::vector<std::string> names;
  if (file_system().list(path.c_str(), &names) != 0)
    return system_error(errno, "list").in(cat("folder ", path));
  std::sort(names.begin(), names.end());
  return names;
}

Status sync_folder(const std::string& path) {
  const int fd = file_system().open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (fd < 0) return system_error(errno, "open").in(cat("folder ", path));
  const int failed = file_system().fsync(fd) == 0 || errno == EINVAL ? 0 : errno;
  file_system().close(fd);
  if (failed) return system_error(failed, "sync").in(cat("folder ", path));
  return ok();
}

Result<uint64_t> free_space(const std::string& path) {
  uint64_t free = 0;
  if (file_system().space(path.c_str(), &free) != 0)
    return system_error(errno, "ask for free space").in(cat("folder ", path));
  return free;
}

Result<Mapping> Mapping::anonymous(uint64_t size) {
#ifdef MAP_NORESERVE
  return take(size, MAP_NORESERVE);
#else
  return take(size, 0);
#endif
}

Result<Mapping> Mapping::in_full(uint64_t size) { return take(size, 0); }

Result<Mapping> Mapping::take(uint64_t size, int flags) {
  Mapping out;
  if (size == 0) return out;
  const auto length = narrow<ptrdiff_t>(size);
  if (!length) return Error(Code::resource_exhausted, cat("cannot hold ", size, " bytes"));
  void* base = file_system().mmap(nullptr, static_cast<size_t>(*length), PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
  if (base == MAP_FAILED) return system_error(errno, cat("take ", size, " bytes of memory"));
  out.base_ = static_cast<std::byte*>(base);
  out.size_ = static_cast<size_t>(*length);
  return out;
}

Result<Mapping> Mapping::of_file(const File& file, uint64_t offset, uint64_t size) {
  Mapping out;
  if (size == 0) return out;
  TRY_SET(const FileIdentity id, file.identity());
  if (!in_range(offset, size, id.size))
    return Error(Code::data_loss, cat("the file has ", id.size, " bytes, not the ", size, " at ",
                                      offset, " that are asked for"));
  const uint64_t skip = offset % static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  const auto length = narrow<ptrdiff_t>(size + skip);
  const auto start = narrow<off_t>(offset - skip);
  if (!length || !start) return Error(Code::resource_exhausted, cat("cannot map ", size, " bytes"));
  TRY_SET(File copy, File::duplicate(file.fd()));
  void* base = file_system().mmap(nullptr, static_cast<size_t>(*length), PROT_READ, MAP_SHARED,
                                  file.fd(), *start);
  if (base == MAP_FAILED) return system_error(errno, cat("map ", size, " bytes"));
  out.base_ = static_cast<std::byte*>(base);
  out.size_ = static_cast<size_t>(*length);
  out.skip_ = static_cast<size_t>(skip);
  out.end_ = offset + size;
  out.file_ = std::make_unique<File>(std::move(copy));
  out.guard_ = guard_range(base, out.size_);
  return out;
}

Mapping::~Mapping() {
  if (guard_) release_guard(guard_);
  if (base_) ::munmap(base_, size_);
}

bool Mapping::intact() const {
  if (!guard_) return true;
  if (guard_->damaged.load(std::memory_order_acquire)) return false;
  const auto id = file_->identity();
  return id.ok() && id->size >= end_;
}

void Mapping::drop() const {
  if (guard_) (void)::madvise(base_, size_, MADV_DONTNEED);
}

void Mapping::prefer_large_pages() const {
#ifdef MADV_HUGEPAGE
  if (base_) (void)::madvise(base_, size_, MADV_HUGEPAGE);
#endif
}

void Mapping::swap(Mapping& other) noexcept {
  std::swap(base_, other.base_);
  std::swap(size_, other.size_);
  std::swap(skip_, other.skip_);
  std::swap(end_, other.end_);
  std::swap(file_, other.file_);
  std::swap(guard_, other.guard_);
}

void give_back_pages(std::span<std::byte> part) {
  const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto start = reinterpret_cast<uintptr_t>(part.data());
  const uintptr_t first = (start + page - 1) / page * page,
                  end = (start + part.size()) / page * page;
  if (first < end) (void)::madvise(part.data() + (first - start), end - first, MADV_DONTNEED);
}

}  // namespace samara

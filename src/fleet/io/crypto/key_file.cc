#include "fleet/io/crypto/key_file.h"

#include <fcntl.h>

#include <cerrno>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::crypto {
namespace {

constexpr uint64_t kMostPem = 64 << 10;

}  // namespace

Result<Secret> read_secret(const std::string& path) {
  TRY_SET(std::string text, read_file(path, kMostPem));
  Secret out{std::string_view(text)};
  wipe(text.data(), text.size());
  return out;
}

Status write_private(const std::string& path, std::string_view content) {
  const FileSystem& system = file_system();
  const int fd = system.open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0 && errno == EEXIST)
    return Error(Code::failed_precondition, cat("file ", path, " is there already"));
  if (fd < 0) return system_error(errno, cat("create file ", path));
  bool good = true;
  while (good && !content.empty()) {
    const ssize_t n = system.write(fd, content.data(), content.size());
    good = n > 0 || (n < 0 && errno == EINTR);
    if (n > 0) content.remove_prefix(static_cast<size_t>(n));
  }
  good = good && system.fsync(fd) == 0;
  const int error = errno;
  system.close(fd);
  if (good) return sync_folder(folder_of(path));
  system.unlink(path.c_str());
  return system_error(error, cat("write file ", path));
}

}  // namespace samara::crypto

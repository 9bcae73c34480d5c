#include "fleet/agent/key_source.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#if defined(__linux__)
#include <linux/keyctl.h>
#endif

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/io/crypto/aead.h"

namespace samara::agent {
namespace {

constexpr size_t kMostText = 256;

/// 32 bytes, or their digits with or without an end of line.
Result<crypto::Secret> key_of(crypto::Secret text) {
  std::string_view view = text.view();
  if (view.size() == crypto::kAeadKey) return text;
  while (view.ends_with('\n') || view.ends_with('\r')) view.remove_suffix(1);
  auto bytes = crypto::from_hex(view);
  if (!bytes || bytes->size() != crypto::kAeadKey)
    return Error(Code::invalid_argument,
                 cat("holds neither ", crypto::kAeadKey, " bytes nor their hexadecimal digits"));
  crypto::Secret out(std::string_view(reinterpret_cast<const char*>(bytes->data()), bytes->size()));
  crypto::wipe(bytes->data(), bytes->size());
  return out;
}

Result<crypto::Secret> read_key(const std::string& path) {
  TRY_SET(const File file, File::open(path));
  struct stat s = {};
  if (file_system().fstat(file.fd(), &s) != 0) return system_error(errno, "look at the file");
  if ((s.st_mode & 077) != 0)
    return Error(Code::permission_denied, "others may read it: chmod 600");
  if (static_cast<uint64_t>(s.st_size) > kMostText)
    return Error(Code::invalid_argument, "is too long for a key");
  crypto::Secret text(static_cast<size_t>(s.st_size));
  TRY(file.read(0, std::as_writable_bytes(std::span(text.data(), text.size()))));
  return key_of(std::move(text));
}

Result<crypto::Secret> read_kernel(const std::string& description) {
#if defined(__linux__) && defined(SYS_request_key) && defined(SYS_keyctl)
  const long id = syscall(SYS_request_key, "user", description.c_str(), nullptr, 0);
  if (id < 0 && (errno == ENOSYS || errno == EPERM))
    return Error(Code::unsupported, "this kernel gives no keys to this process");
  if (id < 0) return Error(Code::not_found, "there is none, or it has expired or was revoked");
  crypto::Secret text(kMostText);
  const long n = syscall(SYS_keyctl, KEYCTL_READ, id, text.data(), text.size());
  if (n < 0) return system_error(errno, "read the key");
  if (static_cast<size_t>(n) > text.size())
    return Error(Code::invalid_argument, "is too long for a key");
  text.shrink(static_cast<size_t>(n));
  return key_of(std::move(text));
#else
  (void)description;
  return Error(Code::unsupported, "there is no keyring in this system's kernel");
#endif
}

}  // namespace

delivery::KeySource key_of_file(std::string path) {
  return [path = std::move(path)] { return read_key(path).in([&] { return "key file " + path; }); };
}

delivery::KeySource key_of_kernel(std::string description) {
  return [description = std::move(description)] {
    return read_kernel(description).in([&] { return "kernel key " + description; });
  };
}

}  // namespace samara::agent

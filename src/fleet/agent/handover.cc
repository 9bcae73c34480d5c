#include "fleet/agent/handover.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/try.h"
#include "fleet/io/crypto/secret.h"

namespace samara::agent {
namespace {

constexpr uint64_t kPiece = uint64_t{1} << 20;

#if defined(MFD_ALLOW_SEALING) && defined(F_ADD_SEALS)

Status fill(int fd, const delivery::Content& content, uint64_t size) {
  std::vector<std::byte> piece;
  for (uint64_t at = 0; at < size; at += piece.size()) {
    piece.resize(static_cast<size_t>(std::min(kPiece, size - at)));
    TRY(content.read(at, piece));
    TRY(write_all(fd, piece));
  }
  crypto::wipe(piece.data(), piece.size());
  if (::fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0)
    return system_error(errno, "close the model's memory to changes");
  return ok();
}

Result<File> open_in_memory(const delivery::Content& content, uint64_t size) {
  const int fd = ::memfd_create("samara-model", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) return system_error(errno, "make memory for the model");
  const Status filled = fill(fd, content, size);
  auto out = filled.ok() ? File::duplicate(fd) : Result<File>(filled.error());
  ::close(fd);
  return out;
}

#else

Result<File> open_in_memory(const delivery::Content&, uint64_t) {
  return Error(Code::unsupported,
               "the model lies sealed, and this system has no memory to hand it over in");
}

#endif

}  // namespace

Result<delivery::HeldModel> Handover::open(const std::string& name) {
  auto found_now = manager_.hold(name);
  const std::lock_guard lock(mutex_);
  if (!found_now.ok() || !found_now->model.sealed) {
    opened_.erase(name);
    return found_now;
  }
  delivery::HeldModel held = std::move(*found_now);
  const delivery::ModelFile& model = held.model;
  auto found = opened_.find(name);
  if (found == opened_.end() || found->second.sha256 != model.sha256) {
    if (found != opened_.end()) opened_.erase(found);
    TRY_SET(const delivery::Content content,
            manager_.store().content({model.version, model.sha256, model.size, model.source}));
    TRY_SET(File file, open_in_memory(content, model.size).in([&] { return "model " + name; }));
    found = opened_.emplace(name, Memory{model.sha256, std::move(file)}).first;
  }
  // Opened anew: who asks has a position of its own, at the start, and cannot write.
  TRY_SET(held.file, File::open(cat("/proc/self/fd/", found->second.file.fd())));
  return held;
}

}  // namespace samara::agent

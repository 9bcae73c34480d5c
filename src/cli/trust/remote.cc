#include "cli/trust/remote.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/trust/content.h"

namespace samara::cli {
namespace {

/// Whether the file is there with the content that is signed for.
bool is_there(const std::string& path, const trust::TargetFile& target) {
  const auto file = File::open(path);
  auto check = trust::ContentCheck::start(target.length, target.hashes);
  if (!file.ok() || !check.ok()) return false;
  const auto identity = file->identity();
  if (!identity.ok() || identity->size != target.length) return false;
  std::vector<std::byte> piece(1 << 20);
  for (uint64_t at = 0; at < target.length; at += piece.size()) {
    piece.resize(static_cast<size_t>(std::min<uint64_t>(piece.size(), target.length - at)));
    if (!file->read(at, piece).ok() || !check->add(piece).ok()) return false;
  }
  return check->finish().ok();
}

/// A file that takes its name only once it is whole; given up, it leaves nothing behind.
class Arriving {
 public:
  static Result<Arriving> create(const std::string& path) {
    const std::string temporary = cat(path, ".", static_cast<int64_t>(getpid()), ".part");
    const int fd =
        file_system().open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) return system_error(errno, cat("create file ", temporary));
    return Arriving(path, temporary, fd);
  }
  Arriving(Arriving&& other) noexcept
      : path_(std::move(other.path_)),
        temporary_(std::exchange(other.temporary_, {})),
        fd_(std::exchange(other.fd_, -1)) {}
  Arriving& operator=(Arriving&&) = delete;
  ~Arriving() {
    if (fd_ >= 0) file_system().close(fd_);
    if (!temporary_.empty()) file_system().unlink(temporary_.c_str());
  }

  Status add(std::span<const std::byte> bytes) const {
    return write_all(fd_, bytes).in([this] { return "file " + temporary_; });
  }
  Status finish() {
    if (file_system().fsync(fd_) != 0 ||
        file_system().rename(temporary_.c_str(), path_.c_str()) != 0)
      return system_error(errno, cat("keep file ", path_));
    temporary_.clear();
    return sync_folder(folder_of(path_));
  }

 private:
  Arriving(std::string path, std::string temporary, int fd)
      : path_(std::move(path)), temporary_(std::move(temporary)), fd_(fd) {}
  std::string path_, temporary_;
  int fd_;
};

}  // namespace

Status download(http::Client& client, const std::string& url, const trust::TargetFile& target,
                const std::string& path) {
  if (is_there(path, target)) return ok();
  TRY_SET(trust::ContentCheck check, trust::ContentCheck::start(target.length, target.hashes));
  TRY_SET(Arriving file, Arriving::create(path));
  http::Request request;
  request.url = url;
  request.most_bytes = target.length;
  const auto on_head = [&](const http::Head& head) -> Status {
    if (head.status == 200) return ok();
    return Error(Code::not_found, cat(url, " answers with status ", head.status));
  };
  const auto on_body = [&](std::span<const std::byte> bytes) -> Status {
    TRY(check.add(bytes));
    return file.add(bytes);
  };
  TRY(client.send(request, on_head, on_body, [] { return false; }));
  TRY(check.finish());
  return file.finish();
}

int64_t now() { return system_clock().wall_ms() / 1000; }

}  // namespace samara::cli

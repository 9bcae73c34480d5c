#include "fleet/io/local/local.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::local {
namespace {

constexpr size_t kMostCallers = 64;
constexpr int64_t kMostSilence = 30'000;
constexpr size_t kMostWaiting = 64 << 10;  // of answers that a caller does not read
constexpr int kFirstOfSystemd = 3;

int64_t steady_ms() { return system_clock().steady_ms(); }

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un out = {};
  out.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof out.sun_path)
    return Error(Code::invalid_argument,
                 cat("a socket's path has 1 to ", sizeof out.sun_path - 1, " bytes: '", path, "'"));
  std::memcpy(out.sun_path, path.data(), path.size());
  return out;
}

const sockaddr* plain(const sockaddr_un& address) {
  return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

/// A descriptor that is closed unless it is released.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

/// The socket that systemd has opened for this process, if there is one (sd_listen_fds(3)).
bool has_systemds() {
  const char* pid = std::getenv("LISTEN_PID");
  const char* count = std::getenv("LISTEN_FDS");
  return pid && count && std::to_string(getpid()) == pid && std::string_view(count) == "1";
}

bool somebody_listens(const sockaddr_un& address) {
  const Descriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return fd.get() >= 0 && connect(fd.get(), plain(address), sizeof address) == 0;
}

}  // namespace

Result<LineServer> LineServer::listen(const std::string& path, Answer answer) {
  if (has_systemds()) {
    fcntl(kFirstOfSystemd, F_SETFD, FD_CLOEXEC);
    fcntl(kFirstOfSystemd, F_SETFL, O_NONBLOCK);
    return LineServer(kFirstOfSystemd, "", std::move(answer));
  }
  TRY_SET(const sockaddr_un address, address_of(path));
  if (somebody_listens(address))
    return Error(Code::failed_precondition, cat("somebody listens at ", path, " already"));
  struct stat left = {};
  if (stat(path.c_str(), &left) == 0 && S_ISSOCK(left.st_mode)) unlink(path.c_str());
  Descriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd.get() < 0) return system_error(errno, "make a socket");
  if (bind(fd.get(), plain(address), sizeof address) != 0 || chmod(path.c_str(), 0660) != 0 ||
      ::listen(fd.get(), 64) != 0)
    return system_error(errno, cat("listen at ", path));
  return LineServer(fd.release(), path, std::move(answer));
}

LineServer::LineServer(LineServer&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::exchange(other.path_, {})),
      answer_(std::move(other.answer_)),
      callers_(std::exchange(other.callers_, {})) {}

LineServer::~LineServer() {
  for (const Caller& caller : callers_) close(caller.fd);
  if (fd_ >= 0) close(fd_);
  if (!path_.empty()) unlink(path_.c_str());
}

Status LineServer::serve(int most_ms) {
  std::vector<pollfd> all = {{fd_, POLLIN, 0}};
  for (const Caller& caller : callers_)
    all.push_back({caller.fd, static_cast<short>(caller.out.empty() ? POLLIN : POLLOUT), 0});
  const int ready = poll(all.data(), all.size(), most_ms);
  if (ready < 0 && errno != EINTR) return system_error(errno, "wait for callers");
  for (size_t i = callers_.size(); ready > 0 && i-- > 0;) {
    if (all[i + 1].revents == 0) continue;
    Caller& caller = callers_[i];
    if (caller.out.empty() ? receive(caller) : send(caller)) continue;
    close(caller.fd);
    callers_.erase(callers_.begin() + static_cast<ptrdiff_t>(i));
  }
  if (ready > 0 && (all[0].revents & POLLIN) != 0) TRY(accept());
  let_go_of_the_silent();
  return ok();
}

Status LineServer::accept() {
  const int fd = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd >= 0) {
    callers_.push_back({fd, {}, {}, steady_ms()});
    return ok();
  }
  // A caller that has gone again, or too many for this process: the others go on.
  const bool passing = errno == EAGAIN || errno == EINTR || errno == ECONNABORTED ||
                       errno == EMFILE || errno == ENFILE;
  return passing ? ok() : system_error(errno, "take a caller");
}

/// False: the caller goes.
bool LineServer::receive(Caller& caller) {
  char piece[kMostLine];
  const ssize_t n = recv(caller.fd, piece, sizeof piece, 0);
  if (n < 0) return errno == EAGAIN || errno == EINTR;
  if (n == 0) return false;
  caller.heard_ms = steady_ms();
  caller.in.append(piece, static_cast<size_t>(n));
  for (size_t end = 0; (end = caller.in.find('\n')) != std::string::npos;) {
    std::string line = caller.in.substr(0, end);
    caller.in.erase(0, end + 1);
    if (line.ends_with('\r')) line.pop_back();
    caller.out += answer_(line) + "\n";
    if (caller.out.size() > kMostWaiting) return false;
  }
  if (caller.in.size() >= kMostLine) return false;
  return caller.out.empty() || send(caller);
}

bool LineServer::send(Caller& caller) {
  const ssize_t n = ::send(caller.fd, caller.out.data(), caller.out.size(), MSG_NOSIGNAL);
  if (n < 0) return errno == EAGAIN || errno == EINTR;
  caller.out.erase(0, static_cast<size_t>(n));
  caller.heard_ms = steady_ms();
  return true;
}

void LineServer::let_go_of_the_silent() {
  const int64_t now = steady_ms();
  std::erase_if(callers_, [&](const Caller& caller) {
    if (now - caller.heard_ms < kMostSilence) return false;
    close(caller.fd);
    return true;
  });
  while (callers_.size() > kMostCallers) {
    const auto silent =
        std::min_element(callers_.begin(), callers_.end(),
                         [](const Caller& a, const Caller& b) { return a.heard_ms < b.heard_ms; });
    close(silent->fd);
    callers_.erase(silent);
  }
}

Result<std::string> ask(const std::string& path, std::string_view line) {
  TRY_SET(const sockaddr_un address, address_of(path));
  const auto lost = [&] {
    return Error(Code::unavailable, cat("nobody answers at ", path, ": ", std::strerror(errno)));
  };
  const Descriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval limit = {5, 0};
  if (fd.get() < 0) return system_error(errno, "make a socket");
  for (const int way : {SO_RCVTIMEO, SO_SNDTIMEO})
    setsockopt(fd.get(), SOL_SOCKET, way, &limit, sizeof limit);
  if (connect(fd.get(), plain(address), sizeof address) != 0) return lost();
  const std::string sent = cat(line, "\n");
  if (::send(fd.get(), sent.data(), sent.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(sent.size()))
    return lost();
  std::string out;
  while (out.size() < (1 << 20)) {
    char piece[kMostLine];
    const ssize_t n = recv(fd.get(), piece, sizeof piece, 0);
    if (n < 0) return lost();
    if (n == 0) break;
    out.append(piece, static_cast<size_t>(n));
    if (const size_t end = out.find('\n'); end != out.npos) return out.substr(0, end);
  }
  return Error(Code::unavailable, cat("the answer from ", path, " has no end"));
}

}  // namespace samara::local

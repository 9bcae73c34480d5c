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
constexpr size_t kMostReplies = 64;        // likewise: each may hold a file open
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

/// A message that carries at most one descriptor.
struct Message {
  Message(void* bytes, size_t size) : piece{bytes, size} {
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
  }
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  iovec piece;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr header = {};
};

ssize_t send_some(int socket, Reply& reply) {
  Message message(reply.text.data(), reply.text.size());
  if (!reply.file) {
    message.header.msg_controllen = 0;
  } else {
    cmsghdr* rights = CMSG_FIRSTHDR(&message.header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    const int fd = reply.file->fd();
    std::memcpy(CMSG_DATA(rights), &fd, sizeof fd);
  }
  return sendmsg(socket, &message.header, MSG_NOSIGNAL);
}

/// Appends what comes to the reply, and takes the file that comes with it.
ssize_t receive_some(int socket, Reply* reply) {
  char piece[kMostLine];
  Message message(piece, sizeof piece);
  const ssize_t n = recvmsg(socket, &message.header, MSG_CMSG_CLOEXEC);
  if (n <= 0) return n;
  reply->text.append(piece, static_cast<size_t>(n));
  const cmsghdr* rights = CMSG_FIRSTHDR(&message.header);
  if (rights && rights->cmsg_level == SOL_SOCKET && rights->cmsg_type == SCM_RIGHTS) {
    // Padding leaves room for more than one, and all that came are ours to close.
    const size_t count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(rights) + i * sizeof fd, sizeof fd);
      const Descriptor taken(fd);
      if (i > 0) continue;
      if (auto file = File::duplicate(fd); file.ok()) reply->file = std::move(*file);
    }
  }
  return n;
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
    caller.out.push_back(answer_(line));
    caller.out.back().text += '\n';
    size_t waiting = 0;
    for (const Reply& reply : caller.out) waiting += reply.text.size();
    if (waiting > kMostWaiting || caller.out.size() > kMostReplies) return false;
  }
  if (caller.in.size() >= kMostLine) return false;
  return caller.out.empty() || send(caller);
}

bool LineServer::send(Caller& caller) {
  while (!caller.out.empty()) {
    Reply& reply = caller.out.front();
    const ssize_t n = send_some(caller.fd, reply);
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    reply.file.reset();  // it goes with the first byte
    reply.text.erase(0, static_cast<size_t>(n));
    if (reply.text.empty()) caller.out.erase(caller.out.begin());
    caller.heard_ms = steady_ms();
  }
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

Result<Reply> ask(const std::string& path, std::string_view line) {
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
  Reply out;
  while (out.text.size() < (1 << 20)) {
    const ssize_t n = receive_some(fd.get(), &out);
    if (n < 0) return lost();
    if (n == 0) break;
    const size_t end = out.text.find('\n');
    if (end == out.text.npos) continue;
    out.text.resize(end);
    return out;
  }
  return Error(Code::unavailable, cat("the answer from ", path, " has no end"));
}

}  // namespace samara::local

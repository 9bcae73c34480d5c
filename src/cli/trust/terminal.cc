#include "cli/trust/terminal.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace samara::cli {
namespace {

constexpr size_t kMostLine = 1024;
constexpr char kCtrlC = 3, kCtrlD = 4, kBackspace = 8, kDelete = 127;

/// The terminal without echo while it lives. Keys come one by one, Ctrl-C too: a signal would leave
/// the terminal as it is.
class Silence {
 public:
  explicit Silence(int fd) : fd_(fd), good_(tcgetattr(fd, &before_) == 0) {
    termios now = before_;
    now.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    now.c_cc[VMIN] = 1;
    now.c_cc[VTIME] = 0;
    good_ = good_ && tcsetattr(fd, TCSAFLUSH, &now) == 0;
  }
  ~Silence() {
    if (good_) tcsetattr(fd_, TCSAFLUSH, &before_);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  bool good() const { return good_; }

 private:
  int fd_;
  termios before_{};
  bool good_;
};

void say(int fd, std::string_view text) {
  if (write(fd, text.data(), text.size()) < 0) return;  // the answer is what counts
}

Result<crypto::Secret> read_line(int fd) {
  crypto::Secret line(kMostLine);
  size_t size = 0;
  for (;;) {
    char c = 0;
    const ssize_t n = read(fd, &c, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0 || c == kCtrlC || (c == kCtrlD && size == 0))
      return Error(Code::cancelled, "no passphrase was typed");
    if (c == '\n' || c == '\r' || c == kCtrlD) break;
    if (c == kBackspace || c == kDelete) {
      if (size > 0) --size;
    } else if (size == kMostLine) {
      return Error(Code::invalid_argument, "the passphrase is too long");
    } else {
      line.data()[size++] = c;
    }
  }
  line.shrink(size);
  return line;
}

}  // namespace

Result<crypto::Secret> ask_secret(const std::string& question) {
  const int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (fd < 0) return Error(Code::failed_precondition, "there is no terminal to ask at");
  Result<crypto::Secret> line = Error(Code::io, "the terminal cannot be silenced");
  {
    const Silence silence(fd);
    if (silence.good()) {
      say(fd, question);
      line = read_line(fd);
      say(fd, "\n");
    }
  }
  close(fd);
  return line;
}

}  // namespace samara::cli

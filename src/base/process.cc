#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"

extern char** environ;

namespace samara {
namespace {

constexpr int kNice = 5;  // of a limited program: who started it has others to answer meanwhile

struct Actions {
  posix_spawn_file_actions_t actions;
  Actions() { posix_spawn_file_actions_init(&actions); }
  ~Actions() { posix_spawn_file_actions_destroy(&actions); }
};

std::string read_all(int fd) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t n = read(fd, buffer, sizeof buffer);
    if (n > 0) text.append(buffer, size_t(n));
    if (n == 0 || (n < 0 && errno != EINTR)) return text;
  }
}

/// A pipe whose ends are closed with it.
struct Pipe {
  int ends[2] = {-1, -1};
  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Status open() {
    if (pipe2(ends, O_CLOEXEC) != 0) return system_error(errno, "make a pipe");
    return ok();
  }
  void close_end(int which) {
    if (ends[which] >= 0) close(std::exchange(ends[which], -1));
  }
};

/// Starts the program; stdin is empty, stdout and stderr go to the pipes' ends, where there are.
Result<pid_t> start(const std::vector<std::string>& arguments, int out, int err) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  Actions files;
  posix_spawn_file_actions_addopen(&files.actions, 0, "/dev/null", O_RDONLY, 0);
  if (out >= 0) posix_spawn_file_actions_adddup2(&files.actions, out, 1);
  if (err >= 0) posix_spawn_file_actions_adddup2(&files.actions, err, 2);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, argv[0], &files.actions, nullptr, argv.data(), environ);
  if (failed) return system_error(failed, cat("start ", arguments[0]));
  return child;
}

Result<int> wait_for(pid_t child, const std::string& program) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return system_error(errno, cat("wait for ", program));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Sets the limits that the system itself holds a running child to.
void limit(pid_t child, const ProcessLimits& limits) {
#ifdef __linux__
  setpriority(PRIO_PROCESS, static_cast<id_t>(child), kNice);
  const auto seconds = static_cast<rlim_t>(limits.time.count() / 1000 + 1);
  const rlimit cpu = {seconds, seconds}, none = {0, 0};
  prlimit(child, RLIMIT_CPU, &cpu, nullptr);
  prlimit(child, RLIMIT_CORE, &none, nullptr);
#ifndef __SANITIZE_ADDRESS__  // whose shadow takes terabytes of addresses
  const auto bytes =
      static_cast<rlim_t>(std::min<uint64_t>(limits.memory, std::numeric_limits<rlim_t>::max()));
  const rlimit memory = {bytes, bytes};
  prlimit(child, RLIMIT_AS, &memory, nullptr);
#endif
#else
  (void)child;
  (void)limits;
#endif
}

using Clock = std::chrono::steady_clock;

/// How many milliseconds to wait for output; 0: no longer, and `over` says why.
int patience(Clock::time_point end, const ProcessLimits& limits, std::string& over) {
  constexpr int64_t kLook = 100;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
  if (left <= 0) over = cat("took more than ", limits.time.count(), " ms");
  if (limits.give_up && *limits.give_up) over = "was given up";
  if (!over.empty()) return 0;
  return static_cast<int>(limits.give_up ? std::min<int64_t>(left, kLook) : left);
}

/// Reads both pipes until the program has closed them, is over a limit or is given up.
Status read_both(Pipe& out, Pipe& err, const ProcessLimits& limits, ProcessResult& result) {
  const auto end = Clock::now() + limits.time;
  uint64_t left = limits.output;
  while (out.ends[0] >= 0 || err.ends[0] >= 0) {
    const int wait = patience(end, limits, result.over);
    if (wait == 0) return ok();
    pollfd ends[] = {{out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}};
    if (poll(ends, 2, wait) < 0 && errno != EINTR) return system_error(errno, "wait for output");
    for (int i = 0; i < 2; ++i) {
      if (ends[i].revents == 0) continue;
      char buffer[4096];
      const ssize_t n = read(ends[i].fd, buffer, sizeof buffer);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) {
        (i == 0 ? out : err).close_end(0);
        continue;
      }
      if (static_cast<uint64_t>(n) > left) {
        result.over = cat("wrote more than ", limits.output, " bytes");
        return ok();
      }
      left -= static_cast<uint64_t>(n);
      (i == 0 ? result.out : result.err).append(buffer, static_cast<size_t>(n));
    }
  }
  return ok();
}

}  // namespace

Result<ProcessResult> run_process(const std::vector<std::string>& arguments, bool capture) {
  Pipe out;
  if (capture) TRY(out.open());
  TRY_SET(const pid_t child, start(arguments, out.ends[1], -1));
  out.close_end(1);
  ProcessResult result;
  if (capture) result.out = read_all(out.ends[0]);
  TRY_SET(result.exit_code, wait_for(child, arguments[0]));
  return result;
}

Result<ProcessResult> run_limited(const std::vector<std::string>& arguments,
                                  const ProcessLimits& limits) {
  Pipe out, err;
  TRY(out.open());
  TRY(err.open());
  TRY_SET(const pid_t child, start(arguments, out.ends[1], err.ends[1]));
  limit(child, limits);
  out.close_end(1);
  err.close_end(1);
  ProcessResult result;
  const Status read = read_both(out, err, limits, result);
  if (!read.ok() || !result.over.empty()) kill(child, SIGKILL);
  TRY_SET(result.exit_code, wait_for(child, arguments[0]));
  TRY(read);
  return result;
}

}  // namespace samara

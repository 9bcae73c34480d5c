#include "base/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/text.h"

extern char** environ;

namespace samara {
namespace {

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

}  // namespace

Result<ProcessResult> run_process(const std::vector<std::string>& arguments, bool capture) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);

  int pipe_ends[2] = {-1, -1};
  if (capture && pipe2(pipe_ends, O_CLOEXEC) != 0) {
    return system_error(errno, "make a pipe");
  }
  Actions files;
  posix_spawn_file_actions_addopen(&files.actions, 0, "/dev/null", O_RDONLY, 0);
  if (capture) posix_spawn_file_actions_adddup2(&files.actions, pipe_ends[1], 1);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, argv[0], &files.actions, nullptr, argv.data(), environ);
  if (capture) close(pipe_ends[1]);
  if (failed) {
    if (capture) close(pipe_ends[0]);
    return system_error(failed, cat("start ", arguments[0]));
  }
  ProcessResult result;
  if (capture) {
    result.out = read_all(pipe_ends[0]);
    close(pipe_ends[0]);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return system_error(errno, cat("wait for ", arguments[0]));
  }
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace samara

// model_server: runs models that come over a pipe, one after the other, and lives when one of them
// takes the process down. What campaigns of mutated and of hostile models are run by.
//
// Standard input: frames of two 32-bit numbers, the length and the numerics profile (0 or 1), and as
// many bytes of a model. Standard output: for each frame a line,
//   ok[ TEXT]    it ran; TEXT says how it refused hostile inputs
//   error TEXT   it was refused
//   crash NAME   a signal, which a sanitizer's report is too: it stands in standard error
//   hang         more than 2 s of CPU time, or 20 s in all
//   memory       the process grew beyond the cap
//   leak         one line more: what a worker's models took was not given back
// A profile of 2 and more is a drill: the worker does one of these things itself, whatever the bytes
// are, so that a campaign can see that it would be told.
// model_server --operators prints the codes and names of all operators instead, and --sanitizers
// "address" where it was built with ASan.
//
// A worker, forked from the server, reads the frames itself and lives for 500 models, so that leaks
// show early; the server only watches it.
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ops/registry.h"
#include "engine/text_ops/registry.h"
#include "exercise.h"

// A report must not look like an exit of ours; a wish for more than the cap is a finding. Visible, or
// the sanitizers' own libraries do not see them.
extern "C" [[gnu::visibility("default")]] const char* __asan_default_options() {
  return "abort_on_error=1:allocator_may_return_null=0:detect_leaks=1:"
         "max_allocation_size_mb=512:quarantine_size_mb=8:malloc_context_size=8:"
         "detect_stack_use_after_return=0";
}
extern "C" [[gnu::visibility("default")]] const char* __ubsan_default_options() {
  return "abort_on_error=1:print_stacktrace=1";
}

namespace {

using namespace samara;  // NOLINT: a program

volatile uint64_t turns = 0;

constexpr int kModelsOfWorker = 500, kMore = 10;
constexpr long kCapMb = 768;
constexpr uint32_t kMostBytes = 64 << 20;

/// Reads exactly `size` bytes; false at the end of the input.
bool read_all(void* into, size_t size) {
  auto* at = static_cast<char*>(into);
  while (size > 0) {
    const ssize_t n = read(STDIN_FILENO, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= size_t(n);
  }
  return true;
}

void answer(std::string_view verdict, std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  text.insert(0, verdict);
  text.push_back('\n');
  for (size_t done = 0; done < text.size();) {
    const ssize_t n = write(STDOUT_FILENO, text.data() + done, text.size() - done);
    if (n < 0 && errno != EINTR) std::exit(1);
    if (n > 0) done += size_t(n);
  }
}

/// Starts the clocks of one model, or stops them.
void limit_time(long cpu_seconds, unsigned wall_seconds) {
  const itimerval cpu{{0, 0}, {cpu_seconds, 0}};
  setitimer(ITIMER_PROF, &cpu, nullptr);
  alarm(wall_seconds);
}

/// Does what the server is there to notice.
void drill(uint32_t kind) {
  static std::vector<char*>* kept = nullptr;
  auto* bytes = new char[8];
  volatile size_t eight = 8;
  switch (kind) {
    case 2:
      __builtin_trap();
    case 3:
      *static_cast<volatile char*>(bytes + eight) = 1;
      break;  // for ASan
    case 4:
      for (;;) turns = turns + 1;
    case 5:
      limit_time(0, 0);  // where memory is slow to come, the clocks would be first
      kept = new std::vector<char*>;
      for (;;) std::memset(kept->emplace_back(new char[1 << 24]), 1, 1 << 24);
    case 6:  // some of which no stale pointer leads to
      for (int i = 0; i < 100; ++i) turns = turns + reinterpret_cast<uintptr_t>(new char[8]);
      break;
    default:
      break;
  }
  delete[] bytes;
}

/// Runs models; ends with 0 at the end of the input, with kMore when another worker shall go on.
int work(volatile bool& busy) {
  std::vector<std::byte> bytes;
  for (int i = 0; i < kModelsOfWorker; ++i) {
    uint32_t header[2];
    if (!read_all(header, sizeof header)) return 0;
    if (header[0] > kMostBytes) return 1;
    bytes.assign(header[0], std::byte{});
    bytes.shrink_to_fit();  // so that a read behind the model's end shows
    if (!read_all(bytes.data(), bytes.size())) return 1;
    busy = true;
    limit_time(2, 20);
    if (header[1] > 1) drill(header[1]);
    std::string hostile;
    const auto numerics = header[1] ? Numerics::xnnpack : Numerics::reference;
    const Status status = fuzz::load_and_run(bytes, numerics, &hostile);
    limit_time(0, 0);
    busy = false;
    if (status.ok()) {
      answer(hostile.empty() ? "ok" : "ok ", hostile);
    } else {
      answer("error ", status.error().text());
    }
  }
  return kMore;
}

long resident_mb(pid_t pid) {
  char path[32];
  std::snprintf(path, sizeof path, "/proc/%d/statm", int(pid));
  long total = 0, resident = 0;
  if (std::FILE* file = std::fopen(path, "r")) {
    if (std::fscanf(file, "%ld %ld", &total, &resident) != 2) resident = 0;
    std::fclose(file);
  }
  return resident * (sysconf(_SC_PAGESIZE) / 1024) / 1024;
}

/// Waits for a worker, kills it when it grows too large; returns its wait status.
int watch(pid_t pid, bool& too_large) {
  int status = 0;
  for (;;) {
    const pid_t done = waitpid(pid, &status, WNOHANG);
    if (done == pid) return status;
    if (resident_mb(pid) > kCapMb) {
      too_large = true;
      kill(pid, SIGKILL);
    }
    usleep(5000);
  }
}

/// Says what became of a worker that has not ended its work by itself.
void report(int status, bool too_large, bool busy) {
  if (too_large) {
    answer("memory", "");
  } else if (WIFSIGNALED(status) && !busy) {
    answer("leak", "");
  } else if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    const bool late = signal == SIGPROF || signal == SIGALRM;
    answer(late ? "hang" : "crash ", late ? "" : sigabbrev_np(signal));
  } else if (WEXITSTATUS(status) != kMore) {
    answer("crash ", "exit " + std::to_string(WEXITSTATUS(status)));
  }
}

#if defined(__SANITIZE_ADDRESS__)
constexpr const char* kSanitizers = "address";
#elif defined(__has_feature)
constexpr const char* kSanitizers = __has_feature(address_sanitizer) ? "address" : "none";
#else
constexpr const char* kSanitizers = "none";
#endif

/// What does not run models; false: no such question.
bool tell(std::string_view question) {
  if (question == "--sanitizers") std::puts(kSanitizers);
  if (question == "--operators") {
    for (const auto registry : {ops::registry(), text_ops::registry()})
      for (const graph::OpDef* op : registry)
        std::printf("%d %s\n", op->info.code, op->info.name.data());
  }
  return question == "--sanitizers" || question == "--operators";
}

}  // namespace

int main(int count, char** arguments) {
  if (count > 1 && tell(arguments[1])) return 0;
  // Shared with the workers: whether one is at a model. It is not when leaks are looked for.
  void* const shared =
      mmap(nullptr, sizeof(bool), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 1;
  auto& busy = *static_cast<volatile bool*>(shared);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  for (;;) {
    busy = false;
    const pid_t pid = fork();
    if (pid < 0) return 1;
    if (pid == 0) std::exit(work(busy));
    bool too_large = false;
    const int status = watch(pid, too_large);
    if (!too_large && WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
    report(status, too_large, busy);
  }
}

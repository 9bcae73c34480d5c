// A file that is mapped and then truncated leaves pages with nothing behind them; touching one
// raises SIGBUS. The handler puts a zero page there, so that the reader goes on, and marks the
// range, so that whoever asks learns that the bytes were not the file's.
//
// The handler may run at any instruction of any thread: it takes no lock and no memory, and looks
// only at a list that grows at its head and never shrinks. mmap is not on POSIX's list of calls
// that are safe there, but on the systems we know it is one system call without a lock of the C
// library.
#include "base/guard.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>

namespace samara {
namespace {

std::atomic<Guard*> guards{nullptr};
struct sigaction previous;
uintptr_t page_size = 4096;

Guard* find(uintptr_t address) {
  for (Guard* g = guards.load(std::memory_order_acquire); g; g = g->next) {
    const uintptr_t begin = g->begin.load(std::memory_order_acquire);
    const uintptr_t end = g->end.load(std::memory_order_acquire);
    // The second look at begin: a guard that was reused between the two loads is not this range.
    if (begin != 0 && address >= begin && address < end && begin == g->begin.load()) return g;
  }
  return nullptr;
}

bool repair(uintptr_t address) {
  Guard* guard = find(address);
  if (!guard) return false;
  const uintptr_t begin = address & ~(page_size - 1);
  // Several threads may stand before one page. More often than that, it is not what we think (an
  // emulator that reports another address), and repairing it for ever would hang the process.
  constexpr uint32_t kMostRepeats = 10'000;
  if (guard->last_page.exchange(begin) != begin) guard->repeats.store(0);
  if (guard->repeats.fetch_add(1) > kMostRepeats) return false;
  void* page = reinterpret_cast<void*>(begin);
  void* mapped = mmap(page, page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  if (mapped == MAP_FAILED) return false;
  guard->damaged.store(true, std::memory_order_release);
  return true;
}

void pass_on(int signal_number, siginfo_t* info, void* context) {
  if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(signal_number, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal_number);
  } else if (previous.sa_handler == SIG_DFL || info->si_code > 0) {
    // The default, or a fault that cannot be ignored: returning touches the page again, and the
    // process ends as it would have without us. A signal that was sent must be sent again.
    signal(signal_number, SIG_DFL);
    if (info->si_code <= 0) raise(signal_number);
  }
}

void handle(int signal_number, siginfo_t* info, void* context) {
  const int saved = errno;
  const bool fault = info->si_code > 0;
  if (!fault || !repair(reinterpret_cast<uintptr_t>(info->si_addr)))
    pass_on(signal_number, info, context);
  errno = saved;
}

void install() {
  page_size = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  sigaction(SIGBUS, nullptr, &previous);  // first, so that the handler never sees it unset
  struct sigaction ours = {};
  ours.sa_sigaction = handle;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&ours.sa_mask);
  sigaction(SIGBUS, &ours, nullptr);
}

Guard* take() {
  for (Guard* g = guards.load(std::memory_order_acquire); g; g = g->next) {
    bool free = false;
    if (g->taken.compare_exchange_strong(free, true)) return g;
  }
  auto* fresh = new Guard;  // lives as long as the process
  fresh->taken.store(true);
  fresh->next = guards.load(std::memory_order_acquire);
  while (!guards.compare_exchange_weak(fresh->next, fresh, std::memory_order_acq_rel)) {
  }
  return fresh;
}

}  // namespace

Guard* guard_range(const void* begin, size_t size) {
  static std::once_flag once;
  std::call_once(once, install);
  Guard* guard = take();
  guard->damaged.store(false);
  guard->last_page.store(0);
  guard->end.store(reinterpret_cast<uintptr_t>(begin) + size, std::memory_order_release);
  guard->begin.store(reinterpret_cast<uintptr_t>(begin), std::memory_order_release);
  return guard;
}

void release_guard(Guard* guard) {
  guard->begin.store(0, std::memory_order_release);
  guard->taken.store(false, std::memory_order_release);
}

}  // namespace samara

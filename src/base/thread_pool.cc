// A region of parallel_for is open while its caller works on it. Workers join an open region by
// counting themselves in, and the caller, once the range is used up, closes it and waits only for
// those inside: a worker that the system has not yet woken never holds up a region.
#include "samara/base/thread_pool.h"

#include <pthread.h>
#if defined(__linux__)
#include <sched.h>
#endif

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "base/pool_watch.h"
#include "base/stop.h"
#include "base/text.h"
#include "base/try.h"

namespace samara {

constinit std::atomic<PoolWatch*> pool_watch = nullptr;

namespace {

constexpr int kMaxThreads = 1024;
constexpr int kMaxCpu = 1024;
// So many chunks, where a region may be stopped: it ends within this part of its time.
constexpr size_t kStops = 256;
constexpr uint32_t kOpen = 1;    // bit 0 of Impl::state
constexpr uint32_t kMember = 2;  // the other bits count the workers inside

thread_local bool inside_region = false;

inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  asm volatile("yield");
#endif
}

int64_t now_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

/// Spins until ready() or the time is up; whether ready() came true.
template <class Ready>
bool spin(int microseconds, Ready ready) {
  if (ready()) return true;
  if (microseconds <= 0) return false;
  const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(microseconds);
  do {
    for (int i = 0; i < 32; ++i) {
      relax();
      if (ready()) return true;
    }
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

void bind_to(int cpu) {
#if defined(__linux__)
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  sched_setaffinity(0, sizeof set, &set);  // a CPU that is offline: the system chooses
#else
  (void)cpu;
#endif
}

}  // namespace

struct ThreadPool::Impl {
  struct Worker {
    Impl* pool = nullptr;
    int number = 0, cpu = -1;
    pthread_t thread{};
  };
  using Body = FunctionRef<void(size_t, size_t)>;

  int threads = 1;
  int spin_us = 0;
  std::vector<Worker> workers;
  std::mutex caller;

  // The open region. Written by the caller before state opens, read by those who have joined.
  Body* body = nullptr;
  size_t count = 0, chunk = 1;
  const FunctionRef<bool()>* stopped = nullptr;

  alignas(64) std::atomic<size_t> next{0};
  alignas(64) std::atomic<uint32_t> state{0};
  alignas(64) std::atomic<uint32_t> epoch{0};  // what idle workers watch
  std::atomic<bool> stop{false};

  void share() {
    for (;;) {
      const size_t begin = next.fetch_add(chunk, std::memory_order_relaxed);
      if (begin >= count || (stopped && (*stopped)())) return;
      (*body)(begin, std::min(begin + chunk, count));
    }
  }

  /// One thread's part of the open region.
  void work(int thread) {
    PoolWatch* const watch = pool_watch.load(std::memory_order_acquire);
    const int64_t begin = watch ? now_ns() : 0;
    share();
    if (watch) watch->worked(thread, begin, now_ns());
  }

  bool join() {
    uint32_t s = state.load(std::memory_order_relaxed);
    while (s & kOpen)
      if (state.compare_exchange_weak(s, s + kMember, std::memory_order_acquire)) return true;
    return false;
  }

  void leave() {
    if (state.fetch_sub(kMember, std::memory_order_release) == kMember) state.notify_all();
  }

  void serve(int thread) {
    inside_region = true;  // whatever a worker calls runs inline
    for (uint32_t seen = 0;;) {
      const auto changed = [&] { return epoch.load(std::memory_order_acquire) != seen; };
      if (!spin(spin_us, changed)) epoch.wait(seen, std::memory_order_acquire);
      seen = epoch.load(std::memory_order_acquire);
      if (stop.load(std::memory_order_acquire)) return;
      if (!join()) continue;
      work(thread);
      leave();
    }
  }

  void run(size_t n, size_t step, Body& b, const FunctionRef<bool()>* may_stop) {
    body = &b;
    count = n;
    chunk = step;
    stopped = may_stop;
    next.store(0, std::memory_order_relaxed);
    state.store(kOpen, std::memory_order_release);
    epoch.fetch_add(1, std::memory_order_release);
    epoch.notify_all();

    inside_region = true;
    work(0);
    inside_region = false;

    uint32_t s = state.fetch_and(~kOpen, std::memory_order_acq_rel) & ~kOpen;
    const auto empty = [&] { return (s = state.load(std::memory_order_acquire)) == 0; };
    if (s == 0 || spin(spin_us, empty)) return;
    for (; s != 0; s = state.load(std::memory_order_acquire))
      state.wait(s, std::memory_order_acquire);
  }

  static void* start(void* argument) {
    const Worker& w = *static_cast<Worker*>(argument);
    if (w.cpu >= 0) bind_to(w.cpu);
    w.pool->serve(w.number);
    return nullptr;
  }

  Status launch(std::span<const int> affinity) {
    workers.reserve(threads - 1);  // the threads hold pointers into it
    for (int i = 1; i < threads; ++i) {
      Worker& w = workers.emplace_back();
      w.pool = this;
      w.number = i;
      if (!affinity.empty()) w.cpu = affinity[i % affinity.size()];
      if (const int code = pthread_create(&w.thread, nullptr, start, &w); code != 0) {
        workers.pop_back();
        return Error(Code::resource_exhausted, cat("the system gave ", i - 1, " of ", threads - 1,
                                                   " worker threads (error ", code, ")"));
      }
    }
    return ok();
  }

  ~Impl() {
    stop.store(true, std::memory_order_release);
    epoch.fetch_add(1, std::memory_order_release);
    epoch.notify_all();
    for (const Worker& w : workers) pthread_join(w.thread, nullptr);
  }
};

Result<std::unique_ptr<ThreadPool>> ThreadPool::create(const Options& options) {
  if (options.threads < 1 || options.threads > kMaxThreads)
    return Error(Code::invalid_argument,
                 cat("threads is ", options.threads, "; it must be 1 to ", kMaxThreads));
  for (const int cpu : options.affinity)
    if (cpu < 0 || cpu >= kMaxCpu)
      return Error(Code::invalid_argument,
                   cat("affinity names CPU ", cpu, "; CPUs are 0 to ", kMaxCpu - 1));
  auto impl = std::make_unique<Impl>();
  impl->threads = options.threads;
  // With more threads than CPUs a spinning worker keeps a working one from its CPU.
  const unsigned cpus = std::thread::hardware_concurrency();
  impl->spin_us = cpus && unsigned(options.threads) > cpus ? 0 : options.spin_us;
  TRY(impl->launch(options.affinity));
  return std::unique_ptr<ThreadPool>(new ThreadPool(std::move(impl)));
}

ThreadPool::ThreadPool(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ThreadPool::~ThreadPool() = default;

int ThreadPool::threads() const { return impl_->threads; }

void ThreadPool::parallel_for(size_t count, size_t grain,
                              FunctionRef<void(size_t begin, size_t end)> body) {
  if (count == 0) return;
  grain = std::max<size_t>(grain, 1);
  const FunctionRef<bool()>* const stop = inside_region ? nullptr : ScopedStop::current();
  if (impl_->threads == 1 || count <= grain || inside_region || !impl_->caller.try_lock()) {
    const size_t step = stop ? std::max(count / kStops / grain, size_t{1}) * grain : count;
    for (size_t begin = 0; begin < count; begin += step) {
      if (stop && (*stop)()) return;
      body(begin, begin + std::min(step, count - begin));
    }
    return;
  }
  // Four chunks a thread: enough to even out threads of different speed, few enough to be cheap.
  const size_t chunks = stop ? kStops : size_t(impl_->threads) * 4;
  impl_->run(count, std::max<size_t>(count / chunks / grain, 1) * grain, body, stop);
  impl_->caller.unlock();
}

}  // namespace samara

// What a hot swap costs a stream of inferences.
//
//   hot_swap_bench MODEL OTHER [SWAPS]
//
// One thread infers without pause. Another is idle for a while, loads a model beside it and throws it
// away, is idle again, loads one and puts it in the place of the one in use, as ModelManager does, and
// so on. Each inference is counted to what went on while it ran, or ended just before it: nothing, a
// load, or a swap. Wall time on a busy machine also holds the waits for a processor, so processor time
// stands beside it; and what a load alone costs the stream shows what is the swap's.
#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "fleet/agent/live_model.h"

namespace {

using samara::agent::LiveModel;
using Time = std::chrono::steady_clock;

double ms_since(Time::time_point start) {
  return std::chrono::duration<double, std::milli>(Time::now() - start).count();
}

/// Of this thread.
double processor_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

std::shared_ptr<LiveModel::Loaded> load(const std::string& path) {
  auto model = samara::Model::load(path);
  if (!model.ok()) {
    std::fprintf(stderr, "%s\n", model.error().text().c_str());
    std::exit(1);
  }
  auto out = std::make_shared<LiveModel::Loaded>();
  out->model = std::move(*model);
  return out;
}

struct Times {
  std::vector<double> wall, processor;
  void add(double wall_ms, double processor_ms) {
    wall.push_back(wall_ms);
    processor.push_back(processor_ms);
  }
};

enum Phase : int { kQuiet, kLoading, kSwapping, kPhases };
constexpr const char* kNames[] = {"nothing else", "a load alone", "a swap"};

struct Stream {
  Times during[kPhases];
  std::atomic<int> phase = kQuiet;
  std::atomic<bool> stop = false;
  long failed = 0;
};

void stream(LiveModel& live, Stream& s) {
  int before = kQuiet;
  while (!s.stop) {
    const int begun = s.phase;
    const auto start = Time::now();
    const double processor = processor_ms();
    {
      const auto lease = live.lease();
      if (!lease.ok() || !lease->session().run().ok()) ++s.failed;
    }
    const double took = ms_since(start);
    const double worked = processor_ms() - processor;
    // The first one after a swap is the first on the new model.
    const int ended = s.phase;
    s.during[std::max({before, begun, ended})].add(took, worked);
    before = begun;
  }
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<size_t>(q * values.size()))];
}

void print(const char* name, const char* unit, const std::vector<double>& values) {
  std::printf("%-12s  %7zu inferences  %-9s  p50 %8.4f  p99 %8.4f  most %8.4f ms\n", name,
              values.size(), unit, quantile(values, 0.5), quantile(values, 0.99),
              quantile(values, 1));
}

void print_added(const char* beside, const char* unit, const std::vector<double>& with,
                 const std::vector<double>& without) {
  std::printf(
      "beside %s a swap adds to an inference, in %s time: %.4f ms at p50, %.4f at p99, %.4f at "
      "most\n",
      beside, unit, quantile(with, 0.5) - quantile(without, 0.5),
      quantile(with, 0.99) - quantile(without, 0.99), quantile(with, 1) - quantile(without, 1));
}

void rest() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "hot_swap_bench MODEL OTHER [SWAPS]\n");
    return 2;
  }
  const int swaps = argc > 3 ? std::atoi(argv[3]) : 200;
  LiveModel live;
  live.put(load(argv[1]));
  Stream s;
  std::thread streaming([&] { stream(live, s); });
  for (int i = 0; i < 2 * swaps; ++i) {
    rest();
    s.phase = i % 2 ? kSwapping : kLoading;
    auto next = load(argv[1 + (i / 2) % 2]);
    if (i % 2) live.put(std::move(next));
    next.reset();
    s.phase = kQuiet;
    rest();
    live.free_retired();
  }
  s.stop = true;
  streaming.join();
  for (int phase = kQuiet; phase < kPhases; ++phase) {
    print(kNames[phase], "wall", s.during[phase].wall);
    print(kNames[phase], "processor", s.during[phase].processor);
  }
  const Times &quiet = s.during[kQuiet], &loading = s.during[kLoading], &swap = s.during[kSwapping];
  std::printf("%d swaps, %ld inferences failed\n", swaps, s.failed);
  print_added(kNames[kLoading], "wall", swap.wall, loading.wall);
  print_added(kNames[kLoading], "processor", swap.processor, loading.processor);
  print_added(kNames[kQuiet], "processor", swap.processor, quiet.processor);
  return s.failed == 0 && !swap.wall.empty() ? 0 : 1;
}

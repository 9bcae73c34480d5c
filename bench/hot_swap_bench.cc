// What a hot swap costs a stream of inferences.
//
//   hot_swap_bench MODEL OTHER [SWAPS]
//
// One thread infers without pause. Another loads models beside it, as ModelManager does, and puts
// every second one in the place of the one in use; the others are loaded and thrown away. So the
// inferences after a swap are compared with inferences after a load alone, on the same machine in the
// same run: the difference is the swap's. Processor time stands beside wall time, which on a busy
// machine also holds the waits for a processor.
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
struct Stream {
  Times all, after_load, after_swap;
  long failed = 0;
};

void stream(LiveModel& live, const std::atomic<bool>& stop, std::atomic<int>& loads, Stream& out) {
  const LiveModel::Loaded* before = nullptr;
  int seen = 0;
  while (!stop) {
    const int loaded = loads;
    const auto start = Time::now();
    const double processor = processor_ms();
    const LiveModel::Loaded* now = nullptr;
    {
      const auto lease = live.lease();
      if (!lease.ok() || !lease->session().run().ok()) ++out.failed;
      if (lease.ok()) now = &lease->loaded();
    }
    const double took = ms_since(start);
    const double worked = processor_ms() - processor;
    out.all.add(took, worked);
    if (before && now != before) {
      out.after_swap.add(took, worked);
    } else if (loaded != seen) {
      out.after_load.add(took, worked);
    }
    seen = loaded;
    before = now;
  }
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<size_t>(q * values.size()))];
}

void print(const char* what, const Times& times) {
  std::printf(
      "%-19s %7zu  wall: median %8.4f  most %8.4f ms  processor: median %8.4f  most %8.4f ms\n",
      what, times.wall.size(), quantile(times.wall, 0.5), quantile(times.wall, 1),
      quantile(times.processor, 0.5), quantile(times.processor, 1));
}

void print_added(const char* what, const std::vector<double>& swap,
                 const std::vector<double>& load) {
  std::printf("a swap adds %.4f ms of %s time at the median, %.4f at the worst\n",
              quantile(swap, 0.5) - quantile(load, 0.5), what,
              quantile(swap, 1) - quantile(load, 1));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "hot_swap_bench MODEL OTHER [SWAPS]\n");
    return 2;
  }
  const int swaps = argc > 3 ? std::atoi(argv[3]) : 200;
  LiveModel live;
  live.put(load(argv[1]));
  std::atomic<bool> stop = false;
  std::atomic<int> loads = 0;
  Stream times;
  std::thread streaming([&] { stream(live, stop, loads, times); });
  for (int i = 0; i < 2 * swaps; ++i) {
    auto next = load(argv[1 + (i / 2) % 2]);
    if (i % 2) {
      live.put(std::move(next));
    } else {
      next.reset();
      ++loads;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    live.free_retired();
  }
  stop = true;
  streaming.join();
  print("all inferences", times.all);
  print("first after a load", times.after_load);
  print("first after a swap", times.after_swap);
  print_added("wall", times.after_swap.wall, times.after_load.wall);
  print_added("processor", times.after_swap.processor, times.after_load.processor);
  std::printf("%ld inferences failed\n", times.failed);
  return times.failed == 0 && !times.after_swap.wall.empty() ? 0 : 1;
}

// What a hot swap costs a stream of inferences.
//
//   hot_swap_bench MODEL OTHER [SWAPS]
//
// One thread infers without pause. Another loads models beside it, as ModelManager does, and puts
// every second one in the place of the one in use; the others are loaded and thrown away. So the
// inferences after a swap are compared with inferences after a load alone, on the same machine in the
// same run: the difference is the swap's.
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
  std::vector<double> all, after_load, after_swap;
  long failed = 0;
};

void stream(LiveModel& live, const std::atomic<bool>& stop, std::atomic<int>& loads, Times& out) {
  const LiveModel::Loaded* before = nullptr;
  int seen = 0;
  while (!stop) {
    const int loaded = loads;
    const auto start = Time::now();
    const LiveModel::Loaded* now = nullptr;
    {
      const auto lease = live.lease();
      if (!lease.ok() || !lease->session().run().ok()) ++out.failed;
      if (lease.ok()) now = &lease->loaded();
    }
    const double took = ms_since(start);
    out.all.push_back(took);
    if (before && now != before) {
      out.after_swap.push_back(took);
    } else if (loaded != seen) {
      out.after_load.push_back(took);
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

void print(const char* what, const std::vector<double>& values) {
  std::printf("%-22s %8zu  median %8.4f  p99 %8.4f  most %8.4f ms\n", what, values.size(),
              quantile(values, 0.5), quantile(values, 0.99), quantile(values, 1));
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
  Times times;
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
  const double added = quantile(times.after_swap, 0.5) - quantile(times.after_load, 0.5);
  const double worst = quantile(times.after_swap, 1) - quantile(times.after_load, 1);
  std::printf("a swap adds %.4f ms at the median, %.4f ms at the worst; %ld inferences failed\n",
              added, worst, times.failed);
  return times.failed == 0 && !times.after_swap.empty() ? 0 : 1;
}

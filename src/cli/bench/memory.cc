#include "cli/bench/memory.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>

namespace samara::cli {

Memory memory_now() {
  Memory memory;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    double kb = 0;
    if (std::sscanf(line.c_str(), "VmRSS: %lf", &kb) == 1) memory.rss_mb = kb / 1024;
    if (std::sscanf(line.c_str(), "VmHWM: %lf", &kb) == 1) memory.peak_mb = kb / 1024;
    if (std::sscanf(line.c_str(), "RssFile: %lf", &kb) == 1) memory.shared_mb += kb / 1024;
    if (std::sscanf(line.c_str(), "RssShmem: %lf", &kb) == 1) memory.shared_mb += kb / 1024;
  }
  return memory;
}

PeakWatch::PeakWatch(int interval_ms)
    : thread_([this, interval_ms] {
        while (!stop_) {
          peak_ = std::max(peak_.load(), memory_now().rss_mb);
          std::this_thread::sleep_for(std::chrono::milliseconds(interval_ms));
        }
      }) {}

PeakWatch::~PeakWatch() { peak_mb(); }

double PeakWatch::peak_mb() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
  return peak_;
}

}  // namespace samara::cli

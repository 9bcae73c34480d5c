// How much memory this process takes, as Linux tells it.
#pragma once

#include <atomic>
#include <thread>

namespace samara::cli {

struct Memory {
  double rss_mb = 0, shared_mb = 0, peak_mb = 0;
};
Memory memory_now();

/// Watches the resident memory from a thread of its own, every `interval_ms`.
class PeakWatch {
 public:
  explicit PeakWatch(int interval_ms);
  ~PeakWatch();
  double peak_mb();  // ends the watch

 private:
  std::atomic<bool> stop_{false};
  std::atomic<double> peak_{0};
  std::thread thread_;
};

}  // namespace samara::cli

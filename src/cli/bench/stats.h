// Timings of repeated runs, and what is printed of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "base/text.h"

namespace samara::cli {

/// Microseconds of each run, in order.
class Timings {
 public:
  void add(double us) { us_.push_back(us); }
  size_t count() const { return us_.size(); }
  double first() const { return us_.empty() ? 0 : us_.front(); }
  double last() const { return us_.empty() ? 0 : us_.back(); }
  double least() const { return us_.empty() ? 0 : *std::min_element(us_.begin(), us_.end()); }
  double most() const { return us_.empty() ? 0 : *std::max_element(us_.begin(), us_.end()); }
  double mean() const {
    double sum = 0;
    for (const double us : us_) sum += us;
    return us_.empty() ? 0 : sum / double(us_.size());
  }
  /// Of the population, as benchmark_model prints it.
  double deviation() const {
    const double mean_us = mean();
    double sum = 0;
    for (const double us : us_) sum += (us - mean_us) * (us - mean_us);
    return us_.empty() ? 0 : std::sqrt(sum / double(us_.size()));
  }
  /// Nearest rank; part in 0..1.
  double percentile(double part) const {
    if (us_.empty()) return 0;
    std::vector<double> sorted = us_;
    std::sort(sorted.begin(), sorted.end());
    const double rank = std::ceil(part * double(sorted.size()));
    return sorted[size_t(std::max(1.0, rank)) - 1];
  }
  /// "count=50 first=12 curr=10 min=9 max=12 avg=10.1 std=0": the line that scripts parse.
  std::string text() const {
    return cat("count=", count(), " first=", std::lround(first()), " curr=", std::lround(last()),
               " min=", std::lround(least()), " max=", std::lround(most()), " avg=", float(mean()),
               " std=", std::lround(deviation()));
  }

 private:
  std::vector<double> us_;
};

}  // namespace samara::cli

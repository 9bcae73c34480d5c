#include "fleet/agent/time_floor.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/file.h"
#include "fleet/delivery/disk.h"

namespace samara::agent {
namespace {

constexpr int64_t kHourMs = 3'600'000;

int64_t read_floor(const std::string& path) {
  const auto text = read_file(path);
  if (!text.ok()) return 0;
  int64_t out = 0;
  const auto end = std::from_chars(text->data(), text->data() + text->size(), out);
  return end.ec == std::errc() && *text == std::to_string(out) + "\n" ? out : 0;
}

}  // namespace

TimeFloor::TimeFloor(std::string path, Clock& clock)
    : path_(std::move(path)), clock_(clock), floor_ms_(read_floor(path_)), written_ms_(floor_ms_) {}

int64_t TimeFloor::wall_ms() {
  const std::lock_guard lock(mutex_);
  return std::max(clock_.wall_ms(), floor_ms_);
}

void TimeFloor::found_fresh() {
  const std::lock_guard lock(mutex_);
  floor_ms_ = std::max(clock_.wall_ms(), floor_ms_);
  if (floor_ms_ - written_ms_ < kHourMs) return;
  if (delivery::write_through(path_, std::to_string(floor_ms_) + "\n").ok())
    written_ms_ = floor_ms_;
}

}  // namespace samara::agent

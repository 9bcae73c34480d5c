#include "hub/routes/core/limits.h"

#include <algorithm>

namespace samara::hub {
namespace {

constexpr size_t kMostCallers = 100'000;
constexpr int kTurns = 2, kMostWaiting = 2;

}  // namespace

bool RateLimit::take(const std::string& key) {
  if (rate_ <= 0) return true;
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  if (buckets_.size() > kMostCallers) buckets_.clear();
  const auto [found, fresh] = buckets_.try_emplace(key);
  Bucket& bucket = found->second;
  if (fresh) bucket = {burst_, now};
  bucket.left = std::min(
      burst_, bucket.left + rate_ * std::chrono::duration<double>(now - bucket.at).count());
  bucket.at = now;
  if (bucket.left < 1) return false;
  bucket.left -= 1;
  return true;
}

Logins::Turn::Turn(Logins& logins) : logins_(logins) {
  std::unique_lock lock(logins_.mutex_);
  if (logins_.running_ == kTurns) {
    if (logins_.waiting_ == kMostWaiting) return;
    ++logins_.waiting_;
    logins_.freed_.wait(lock, [&] { return logins_.running_ < kTurns; });
    --logins_.waiting_;
  }
  ++logins_.running_;
  taken_ = true;
}

Logins::Turn::~Turn() {
  if (!taken_) return;
  {
    const std::lock_guard lock(logins_.mutex_);
    --logins_.running_;
  }
  logins_.freed_.notify_one();
}

}  // namespace samara::hub

#include "fleet/io/server/share.h"

#include <algorithm>
#include <ctime>

namespace samara::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kBurst = milliseconds(20);  // what may be taken at once
constexpr Duration kForgotten = seconds(10);   // after so long the greediest is as any other
constexpr Duration kMostWait = seconds(2);     // beyond it is refused at once
constexpr Duration kFull = milliseconds(200);  // beyond nobody new is taken
constexpr Duration kRemembered = seconds(1);   // so long somebody modest counts as there

Duration times(Duration time, double factor) {
  return Duration(static_cast<Duration::rep>(static_cast<double>(time.count()) * factor));
}

}  // namespace

void GreedyPart::modest_one(Time now) {
  const std::lock_guard lock(mutex_);
  modest_ = now;
}

std::optional<Duration> GreedyPart::next_turn(Duration takes, Time now) {
  const std::lock_guard lock(mutex_);
  if (now - modest_ > kRemembered) return Duration(0);
  next_ = std::max(next_, now);
  const Duration wait = next_ - now;
  if (wait > kMostWait) return std::nullopt;
  next_ += times(takes, 1 / part_);
  return wait;
}

bool GreedyPart::full(Time now) {
  const std::lock_guard lock(mutex_);
  return now - modest_ <= kRemembered && next_ - now > kFull;
}

void Share::forget(Time now) {
  debt_ -=
      std::min(debt_, times(std::clamp<Duration>(now - at_, Duration(0), kForgotten * 2), own_));
  at_ = now;
}

void Share::took(Duration time, Time now) {
  const std::lock_guard lock(mutex_);
  forget(now);
  debt_ = std::min(debt_ + time, kBurst + times(kForgotten, own_));
  since_ += time;
  if (debt_ <= kBurst) greedy_.modest_one(now);
}

std::optional<Duration> Share::waits(Time now) {
  const std::lock_guard lock(mutex_);
  forget(now);
  if (since_ > Duration(0)) {
    usual_ += (since_ / asked_ - usual_) / 8;
    since_ = Duration(0);
    asked_ = 0;
  }
  ++asked_;
  if (debt_ <= kBurst) return Duration(0);
  return greedy_.next_turn(usual_, now);
}

bool Share::refused(Time now) {
  const std::lock_guard lock(mutex_);
  forget(now);
  return debt_ > kBurst && greedy_.full(now);
}

bool Share::greedy(Time now) {
  const std::lock_guard lock(mutex_);
  forget(now);
  return debt_ > kBurst;
}

bool Share::settled(Time now) {
  const std::lock_guard lock(mutex_);
  forget(now);
  return debt_ == Duration(0);
}

Duration thread_time() {
  timespec now = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + Duration(now.tv_nsec);
}

}  // namespace samara::server

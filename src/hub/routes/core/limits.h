// Limits: how often a caller may ask, and how often and how many at once may try to log in.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <unordered_map>

namespace samara::hub {

/// So many requests a second of each caller, with bursts.
class RateLimit {
 public:
  /// Bursts of twice as many.
  explicit RateLimit(double rate) : RateLimit(rate, 2 * rate) {}
  RateLimit(double rate, double burst) : rate_(rate), burst_(burst) {}
  bool take(const std::string& key);

 private:
  struct Bucket {
    double left = 0;
    std::chrono::steady_clock::time_point at;
  };
  const double rate_;  // 0: no limit
  const double burst_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

/// Who may have a password checked now. To check one takes long and much memory, so that few are at it
/// at once, and a flood of them leaves the other workers free.
class Logins {
 public:
  /// `rate`: tries a second of one address; of one name at all addresses five times as many.
  explicit Logins(double rate) : address_(rate, 10), name_(5 * rate, 50) {}
  bool may_try(const std::string& address, const std::string& name) {
    return address_.take(address) && name_.take(name);
  }

  /// A turn, which ends with the object; false: too many wait already.
  class Turn {
   public:
    explicit Turn(Logins& logins);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    explicit operator bool() const { return taken_; }

   private:
    Logins& logins_;
    bool taken_ = false;
  };

 private:
  RateLimit address_, name_;
  std::mutex mutex_;
  std::condition_variable freed_;
  int running_ = 0, waiting_ = 0;
};

}  // namespace samara::hub

// Share: what part of the network threads' time each address takes, so that none takes it from the rest.
//
// An address has a small part for itself. One that takes more is greedy: what it asks next waits for a
// turn in the part that all greedy ones have together, however many they are. While nobody is there who
// takes little, nobody waits. Time is what the processor spent, so that the machine's other load counts
// for nobody.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>

namespace samara::server {

using Duration = std::chrono::nanoseconds;
using Time = std::chrono::steady_clock::time_point;

/// What all greedy ones have together.
class GreedyPart {
 public:
  explicit GreedyPart(double part) : part_(part) {}
  void modest_one(Time now);
  /// How long until the next turn, which takes about that much time; nothing: too many wait already.
  std::optional<Duration> next_turn(Duration takes, Time now);
  /// Whether so many wait that no new ones should come.
  bool full(Time now);

 private:
  const double part_;
  std::mutex mutex_;
  Time modest_{}, next_{};
};

/// That of one address. Threads: any.
class Share {
 public:
  /// `own`: the part of one thread's time that nobody asks about.
  Share(GreedyPart& greedy, double own) : greedy_(greedy), own_(own) {}
  void took(Duration time, Time now);
  /// How long what the address asks next has to wait; nothing: it cannot be taken.
  std::optional<Duration> waits(Time now);
  /// Whether a new connection of it should not be taken.
  bool refused(Time now);
  /// Whether it has taken more than its part.
  bool greedy(Time now);
  /// Whether it has taken nothing that still counts.
  bool settled(Time now);

 private:
  void forget(Time now);  // as time passes

  GreedyPart& greedy_;
  const double own_;
  std::mutex mutex_;
  Duration debt_{0};
  Duration usual_{std::chrono::microseconds(50)};  // of one thing that is asked
  Duration since_{0};                              // what those took that were asked since
  int asked_ = 1;
  Time at_{};
};

/// The time that the calling thread has spent on a processor.
Duration thread_time();

}  // namespace samara::server

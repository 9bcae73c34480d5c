// Judge: whether an uploaded model is fit to be delivered. The engine judges it in a child process
// with limits, as `samara inspect --plan --signatures --metadata --json` does: a file that strangers
// sent never meets the hub's own memory.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "fleet/io/json/json.h"
#include "samara/base/result.h"

namespace samara::hub {

struct Verdict {
  bool fit = false;
  std::string reason;  // where it is not
  json::Json
      report;  // signatures, metadata, labels, sizes; without what only a plan's reader needs
};

class Judge {
 public:
  struct Options {
    std::string program = "samara";
    std::chrono::milliseconds time{120'000};
    uint64_t memory = uint64_t{8} << 30;
    int at_once = 2;
    int waiting = 2;  // further ones are sent away: who waits holds one of the hub's workers
  };
  explicit Judge(Options options) : options_(std::move(options)) {}

  /// `patient`: in the background, where waiting holds up nobody.
  ///
  /// Errors   not_found    the program is not there
  ///          unavailable  too many wait already, or the hub itself is in trouble (files, memory): the
  ///                       model was not judged, and may be once more; one that is not fit is a Verdict
  /// Threads  any
  Result<Verdict> judge(const std::string& path, bool patient = false);

  /// Ends what is being judged, for good: the hub is about to stop.
  ///
  /// Threads  any
  void stop();

 private:
  Status take_turn(bool patient);

  Options options_;
  std::mutex mutex_;
  std::condition_variable free_;
  int running_ = 0, waiting_ = 0;
  std::atomic<bool> stopping_{false};
};

/// What a caller of the model would notice if `after` took the place of `before` (two reports):
/// signatures, the names, types and shapes of their inputs and outputs, labels. Empty: nothing.
std::vector<std::string> differences(const json::Json& before, const json::Json& after);

}  // namespace samara::hub

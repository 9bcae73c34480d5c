// Delivery: what is under way for one model, one step of states.inc at a time, and why.
//
// One thread at a time, but for what says otherwise. Nothing but the store outlives the process: a Delivery made anew finds its state in the slots.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fleet/delivery/conditions.h"
#include "fleet/delivery/download.h"
#include "fleet/delivery/states.h"
#include "fleet/delivery/store.h"

namespace samara::delivery {

/// A version that the caller has found signed, fresh and meant for this device.
struct Offer {
  Entry entry;
  std::vector<std::string> urls;
  std::function<Result<std::vector<std::string>>()> renew = {};
  std::vector<std::string> deltas = {};  // folders of deltas to it
  std::string passed_over = {};          // newer versions, and why each is not offered; for people
};

struct Terms {
  Conditions first = {};    // for the first download of a model
  Conditions updates = {};  // for the next ones
  bool updates_on = true;
  int64_t longest_wait_ms = 3'600'000;  // between two tries
};

/// One row that was taken.
struct Decision {
  State state;
  Event event;
  State next;
  std::string why;  // the row's, and what is particular to this time
};

class Delivery {
 public:
  /// `judge` says whether this device can run the file: by the engine, in the agent.
  Delivery(std::string name, Store& store, Downloader& downloader, DeviceStateSource& device,
           Clock& clock, std::function<Status(const std::string& path)> judge, const Terms& terms,
           std::optional<Bundled> bundled = {});

  State state() const { return state_; }
  /// Errors   failed_precondition  the version was refused here; the store's
  Status offer(const Offer& offer);
  /// Does the next thing, if there is one. False: nothing can be done now. Failures that belong to a
  /// delivery are events, not errors.
  Result<bool> step();
  /// Steps until nothing can be done now.
  Status run();

  /// Takes effect at the next step, or at the next piece of a download under way.
  /// Threads  any
  void cancel() { cancel_ = true; }
  void set_terms(const Terms& terms) { terms_ = terms; }
  /// The model in use works.
  Status confirm();
  /// The model in use is bad: back to the last good one.
  /// Errors   failed_precondition  there is no other to return to, and it stays
  Status send_back(const std::string& reason);
  /// To be called once in a process before a model that is not proven is loaded: counts its starts.
  Status note_start();
  /// Mends the store, and finds out whether the model in use is whole.
  Status check();
  /// A model that is not here is no error.
  Status remove();

  /// What is in use, what is under way, and why it goes no further.
  /// Threads  any, as for history()
  std::string explain() const;
  /// The last decisions, oldest first.
  std::vector<Decision> history() const {
    const std::lock_guard lock(seen_);
    return {history_.begin(), history_.end()};
  }
  std::function<void(const Progress&)> on_progress;
  std::function<void(const Decision&)> on_decision;

 private:
  Status take(Event event, const std::string& detail = "");
  void set_state(State state);
  Status restart();
  Status drop();
  Status fetch();
  Status verify();
  Status activate();
  Status take_back(Status done, Event event, const std::string& reason);
  const Conditions& conditions(const Slots& slots) const;
  Result<std::string> unmet_now() const;
  std::vector<Base> bases(const Slots& slots) const;

  std::string name_;
  Store& store_;
  Downloader& downloader_;
  DeviceStateSource& device_;
  Clock& clock_;
  std::function<Status(const std::string&)> judge_;
  Terms terms_;
  std::optional<Bundled> bundled_;
  State state_ = State::absent;
  std::vector<std::string> urls_;
  std::vector<std::string> deltas_;
  std::function<Result<std::vector<std::string>>()> renew_;
  std::atomic<bool> cancel_ = false;
  int tries_ = 0;
  int64_t wake_ms_ = 0;
  std::deque<Decision> history_;
  mutable std::mutex seen_;  // of state_ and history_, which explain() reads from other threads
};

}  // namespace samara::delivery

// The states of a delivery, what can happen in each, and what follows: states.inc as data.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "fleet/delivery/store.h"

namespace samara::delivery {

enum class State : uint8_t {
  absent,
  queued,
  fetching,
  waiting,
  verifying,
  staged,
  activating,
  trial,
  active,
  rolled_back,
  failed,
  as_stored
};
enum class Event : uint8_t {
  wanted,
  refused_before,
  up_to_date,
  updates_off,
  conditions_met,
  conditions_unmet,
  conditions_lost,
  connection_lost,
  content_wrong,
  no_space,
  not_offered,
  disk_failed,
  cancelled,
  time_passed,
  fetched,
  fit,
  unfit,
  pinned_elsewhere,
  go,
  switched,
  proven,
  check_failed,
  crash_loop,
  no_way_back,
  damaged,
  removed,
  restarted
};
std::string_view name(State state);
std::string_view name(Event event);

struct Row {
  State state;
  Event event;
  State next;
  std::string_view why;
};
std::span<const Row> rows();
/// Null: the event cannot happen in that state.
const Row* find_row(State state, Event event);

/// The state that a restart finds.
State stored_state(const Slots& slots, bool wanted_is_here);

}  // namespace samara::delivery

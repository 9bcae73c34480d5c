#include "fleet/delivery/states.h"

#include <algorithm>

namespace samara::delivery {
namespace {

constexpr Row kRows[] = {
#define SAMARA_ROW(state, event, next, why) {State::state, Event::event, State::next, why},
#include "fleet/delivery/states.inc"
#undef SAMARA_ROW
};

constexpr std::string_view kStates[] = {"absent",    "queued",      "fetching",   "waiting",
                                        "verifying", "staged",      "activating", "trial",
                                        "active",    "rolled_back", "failed",     "as_stored"};
constexpr std::string_view kEvents[] = {"wanted",
                                        "refused_before",
                                        "up_to_date",
                                        "updates_off",
                                        "conditions_met",
                                        "conditions_unmet",
                                        "conditions_lost",
                                        "connection_lost",
                                        "content_wrong",
                                        "no_space",
                                        "not_offered",
                                        "disk_failed",
                                        "cancelled",
                                        "time_passed",
                                        "fetched",
                                        "fit",
                                        "unfit",
                                        "pinned_elsewhere",
                                        "go",
                                        "switched",
                                        "proven",
                                        "check_failed",
                                        "crash_loop",
                                        "no_way_back",
                                        "damaged",
                                        "removed",
                                        "restarted"};

}  // namespace

std::string_view name(State state) { return kStates[static_cast<size_t>(state)]; }
std::string_view name(Event event) { return kEvents[static_cast<size_t>(event)]; }

std::span<const Row> rows() { return kRows; }

const Row* find_row(State state, Event event) {
  const auto found = std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& row) {
    return row.state == state && row.event == event;
  });
  return found == std::end(kRows) ? nullptr : found;
}

State stored_state(const Slots& slots, bool wanted_is_here) {
  if (slots.wanted) return wanted_is_here ? State::verifying : State::queued;
  if (slots.staged) return State::staged;
  if (slots.current) return slots.proven ? State::active : State::trial;
  return State::absent;
}

}  // namespace samara::delivery

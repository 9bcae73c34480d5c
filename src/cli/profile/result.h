// What a profile found, as one JSON value: `samara profile --json` prints it, the page shows it, and
// the tables are printed of the same tape.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/bench/stats.h"
#include "cli/profile/tape.h"
#include "cli/shared/model.h"
#include "fleet/io/json/json.h"

namespace samara::cli {

/// A step before the first run, by the steady clock.
struct ProfileStep {
  std::string name;
  int64_t start_ns = 0, ns = 0;
};

struct Profiled {
  ModelFlags flags;
  std::shared_ptr<const schema::ModelFile> file;
  PlanReport plan;
  std::vector<ProfileStep> steps;
  Timings plain;               // runs that nobody watched
  std::unique_ptr<Tape> tape;  // runs that were watched
  double resident_mb = 0;      // what the process grew by, from before the model to after the runs
};

/// Bytes of activations that live from a place of a subgraph's run order on, until the next place that
/// is listed.
using LiveBytes = std::map<std::pair<int, int>, uint64_t>;
LiveBytes live_bytes(const PlanReport& plan);
uint64_t live_at(const LiveBytes& live, int subgraph, int place);

/// How the nodes' activations fill the arena of one subgraph.
struct ArenaUse {
  int subgraph = 0;
  uint64_t planned_bytes = 0;  // where the last tensor ends
  uint64_t most_bytes = 0;     // that live at once: no plan needs less
  int most_at = 0;             // the place in the run order where they do
};
std::vector<ArenaUse> arena_use(const PlanReport& plan);

/// The op of a node and the name of what it writes, as the model has them.
std::string_view op_of(const schema::ModelFile& file, const Tape::Node& node);
std::string_view name_of(const schema::ModelFile& file, const Tape::Node& node);

json::Json result_of(const Profiled& profiled);
/// The tables of `samara bench --enable_op_profiling`.
std::string print_tables(const Profiled& profiled);
/// The memory part of that value as text.
std::string print_memory(const json::Json& result);

}  // namespace samara::cli

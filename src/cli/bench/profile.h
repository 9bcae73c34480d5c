// The time of every operator over many runs, printed as TensorFlow's tables.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/bench/stats.h"
#include "fleet/io/json/json.h"
#include "samara/graph/observer.h"

namespace samara::cli {

class Profile : public graph::Observer {
 public:
  bool sees_all() const override { return false; }
  void before(const graph::NodeInfo& node, const graph::Operands&) override;
  void after(const graph::NodeInfo& node, const graph::Operands&, int64_t nanoseconds) override;
  /// A call of a node that wrote `bytes` and took so long, less what it called itself.
  void add(const graph::NodeInfo& node, uint64_t bytes, int64_t nanoseconds);
  /// Called between runs: times of one run are summed by node, then counted.
  void end_run();

  /// "Run Order", "Top by Computation Time" and "Summary by node type", or the first of them as
  /// comma-separated values.
  std::string tables() const;
  std::string csv() const;
  json::Json json() const;

 private:
  struct Node {
    std::string op, name;
    int order = 0;
    double start_ms = 0, first_ms = 0, total_ms = 0, this_run_ms = 0;
    int64_t calls = 0;
    uint64_t bytes = 0;  // of what it writes
  };
  std::vector<const Node*> in_order() const;
  double total_ms() const;
  std::string table(const std::string& title, const std::vector<const Node*>& nodes) const;
  std::string by_type() const;

  std::map<std::pair<int, int>, Node> nodes_;
  std::vector<int64_t> inner_ns_;  // of the calls below each that is not yet over
  Timings runs_us_;
  double clock_ms_ = 0;
  int64_t runs_ = 0;
};

}  // namespace samara::cli

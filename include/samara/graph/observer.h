// Observer: the one interface through which profilers, tensor dumps, calibration and telemetry see
// a run. Costs nothing when absent.
#pragma once

#include <cstdint>
#include <string_view>

#include "samara/graph/op.h"

namespace samara::graph {

/// A node of the plan as an observer sees it.
struct NodeInfo {
  int subgraph = 0;
  int index = 0;          // in the subgraph's operator list as in the file, inlined ones behind it
  std::string_view op;    // "CONV_2D"
  std::string_view name;  // first output's name
  int runs_on = 0;        // 0: CPU; else number of the delegate + 1
};

class SAMARA_API Observer {
 public:
  virtual ~Observer() = default;
  /// Whether every node is to be computed for it: those that nobody needs, and the bodies of loops
  /// that would run as one piece. A profiler says no, since it is to see what runs without it do.
  virtual bool sees_all() const { return true; }
  /// Called around every node; times in nanoseconds of a steady clock. `node` gives the operands:
  /// n.in(i), n.out(i), valid for the duration of the call.
  virtual void before(const NodeInfo&, const Operands&) {}
  virtual void after(const NodeInfo&, const Operands&, int64_t nanoseconds) { (void)nanoseconds; }
};

}  // namespace samara::graph

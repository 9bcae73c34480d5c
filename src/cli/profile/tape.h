// Tape: what a session did in its runs, event by event: which node when and for how long, and which
// threads of its pool worked. Only writes down; sums are made afterwards.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/pool_watch.h"
#include "samara/graph/observer.h"
#include "samara/schema/model_file.h"

namespace samara::cli {

class Tape final : public graph::Observer, public PoolWatch {
 public:
  /// One call of a node. Calls within it (the body of a WHILE) come before it, one deeper.
  struct Event {
    int32_t node = 0;  // in nodes()
    int32_t run = 0, depth = 0;
    int64_t start_ns = 0, ns = 0;
    int64_t self_ns = 0;  // less what its own calls took
  };
  struct Part {
    int64_t start_ns = 0, ns = 0;
  };
  /// What one node wrote, as its last call left it.
  struct Node {
    int subgraph = 0, index = 0;
    Type type = Type::f32;
    graph::Shape shape;  // of its first output
    uint64_t bytes = 0;  // of all outputs
  };

  Tape(const schema::ModelFile& file, int threads);
  ~Tape();

  /// Starts over, with room for so many runs like those on the tape; what does not fit is counted and
  /// left out, so that a run takes no memory.
  void rewind(int64_t runs);
  void begin_run();
  void end_run();

  bool sees_all() const override { return false; }
  void before(const graph::NodeInfo& node, const graph::Operands&) override;
  void after(const graph::NodeInfo& node, const graph::Operands&, int64_t nanoseconds) override;
  void worked(int thread, int64_t begin_ns, int64_t end_ns) override;

  const std::vector<Node>& nodes() const { return nodes_; }
  /// In the order in which they ended.
  const std::vector<Event>& events() const { return events_; }
  const std::vector<Part>& runs() const { return runs_; }
  /// What each thread of the pool did, in order; the caller is the first.
  const std::vector<std::vector<Part>>& threads() const { return threads_; }
  int64_t left_out() const { return left_out_; }

 private:
  static constexpr size_t kDepth = 256;  // deeper than the engine goes

  std::vector<int32_t> first_node_;  // of each subgraph, in nodes_
  std::vector<Node> nodes_;
  std::vector<Event> events_;
  std::vector<Part> runs_;
  std::vector<std::vector<Part>> threads_;
  std::array<int64_t, kDepth> inner_ns_{};  // of the calls at each depth that are not yet over
  size_t depth_ = 0;
  std::atomic<int64_t> left_out_ = 0;
};

int64_t steady_ns();

}  // namespace samara::cli

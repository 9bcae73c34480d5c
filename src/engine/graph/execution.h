// Execution: what one session owns of a graph. A Frame for every subgraph that is used, each with
// its own arena; the memory limit, resources and the running call's controls are common to all.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/graph/graph.h"
#include "samara/base/function_ref.h"
#include "samara/graph/observer.h"

namespace samara::graph {

class Frame;

/// What may end a run early, and who watches it.
struct RunControl {
  int64_t deadline_ns = 0;  // of the steady clock; 0: none
  const std::atomic<bool>* cancel = nullptr;
  Observer* observer = nullptr;
  bool sees_all() const { return observer && observer->sees_all(); }
  bool pollable() const { return deadline_ns != 0 || cancel != nullptr; }
  bool ended() const;
  Status poll() const;
};

int64_t steady_now();  // nanoseconds
/// The moment that many milliseconds from now, for RunControl; 0 is none.
int64_t deadline_after(int64_t ms);

class Execution {
 public:
  struct Options {
    ThreadPool* pool = nullptr;
    uint64_t arena_limit = UINT64_MAX;
    bool poison = false;
    uint32_t loop_limit = 0;
    Budget* budget = nullptr;  // where given, counts instead of arena_limit
  };
  /// `packed` keeps what operators pack: the graph's cache, but for work that is done once.
  Execution(const Graph& graph, const Options& options, PackedCache& packed);
  ~Execution();
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  const Graph& graph() const { return graph_; }
  const Options& options() const { return options_; }
  PackedCache& packed() const { return packed_; }
  Budget& budget() { return options_.budget ? *options_.budget : budget_; }
  /// The frame of a subgraph, made at the first call. A subgraph never calls itself, however far
  /// around (the verifier refuses cycles), so that one frame each is enough.
  Frame& frame(int subgraph);
  Frame* existing_frame(int subgraph) const {
    const auto& own = outermost_[size_t(subgraph)];
    return (own ? own : frames_[size_t(subgraph)]).get();
  }

  /// The frame that the session itself runs: its inputs are written from outside. It is none that
  /// operators call, though they may call its subgraph.
  Frame& outermost(int subgraph);
  Status plan(Frame& outermost, std::span<const Shape> inputs, const RunControl& control = {});
  Status run(Frame& outermost, const RunControl& control);
  void reset_variables();
  const RunControl& control() const { return control_; }
  uint64_t run_number() const { return run_number_; }
  /// Whether a node's work was left undone, because the run was to end meanwhile.
  bool abandoned() const { return abandoned_.load(std::memory_order_relaxed); }
  /// Goes one subgraph deeper and does `work` there: what the verifier bounds for builtin operators,
  /// custom ones may do at will. Errors: resource_exhausted.
  Status nested(FunctionRef<Status()> work);
  /// Does `work` under `control`, which reaches into the operators' parallel regions.
  Status controlled(const RunControl& control, FunctionRef<Status()> work);

  /// Counts planned nodes: subgraphs that call one subgraph with ever other shapes could make
  /// planning take exponentially long. Errors: resource_exhausted.
  Status count_planned(size_t nodes);

  Result<int32_t> resource_id(std::string_view container, std::string_view name);
  Resource* resource(int32_t id);
  Status assign(Resource& resource, const Tensor& value);

 private:
  struct Held {
    Resource value;
    Buffer memory;
  };

  const Graph& graph_;
  Options options_;
  PackedCache& packed_;
  Budget budget_;
  RunControl control_;
  uint64_t run_number_ = 0;
  std::atomic<bool> abandoned_ = false;
  int depth_ = 0;
  bool running_ = false;
  uint64_t planned_nodes_ = 0, most_planned_ = 1'000'000;
  struct Less {
    using is_transparent = void;
    using View = std::pair<std::string_view, std::string_view>;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return View(a) < View(b);
    }
  };
  std::map<std::pair<std::string, std::string>, int32_t, Less> resource_ids_;
  std::vector<std::unique_ptr<Held>> resources_;
  std::vector<std::unique_ptr<Frame>> frames_, outermost_;
};

}  // namespace samara::graph

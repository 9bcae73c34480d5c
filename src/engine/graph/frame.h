// Frame: one subgraph as one session plans and runs it.
//
// Where tensors lie:
//   in the file, or folded   constants
//   in the arena             everything whose size is known when planning (memory_plan.h)
//   in memory of their own   the session's inputs, variables, and what is known only in the run:
//                            outputs of deferred nodes, outputs that run sizes, strings
//   in the caller's memory   inputs of a subgraph that an operator calls
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "engine/graph/memory_plan.h"
#include "engine/graph/node_context.h"

namespace samara::graph {

/// What the plan knows of a tensor beyond the Tensor itself.
struct TensorPlan {
  bool shape_known = false;  // false: only the run tells
  bool value_known = false;  // constant, or computed while planning
  bool dynamic = false;      // sized by run, or string: memory of its own that grows
  bool own = false;          // memory of its own for another reason
  bool shaped = false;       // infer gave it a shape
  bool sized = false;        // run gives it a size
  int first = 0, last = -1;  // lifetime by place in the run order; last < first: not used
  int block = -1;            // in the memory plan; -1: not in the arena
  uint64_t offset = 0;       // in the arena
  int shares_with = -1;      // the tensor whose memory it takes over
  bool taken_over = false;   // another tensor goes on in its memory
};

class Frame {
 public:
  /// `outermost`: inputs are written by the session, not borrowed from a calling node.
  Frame(Execution& execution, const Subgraph& subgraph, bool outermost);
  ~Frame();
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  const Subgraph& subgraph() const { return subgraph_; }
  std::span<const int32_t> inputs() const { return subgraph_.file->inputs; }
  std::span<const int32_t> outputs() const { return subgraph_.file->outputs; }
  Tensor& tensor(int32_t index) { return tensors_[size_t(index)]; }
  const Tensor& tensor(int32_t index) const { return tensors_[size_t(index)]; }
  std::span<const Tensor> tensors() const { return tensors_; }
  const TensorPlan& planned(int32_t index) const { return plans_[size_t(index)]; }
  const NodeContext& context(int node) const { return contexts_[size_t(node)]; }
  /// Whether a tensor's value outlives a run: nothing that runs behind its node lies on its memory.
  bool outlives_run(int32_t index) const;

  /// Shapes, memory and states for these input shapes; nothing to do if they are as planned.
  Status plan(std::span<const Shape> inputs);
  Status run();
  void reset_variables();
  /// Instead of plan(), where nobody calls the subgraph and the graph lists what cannot run: finds
  /// the nodes' kernels by their types alone.
  Status judge_by_types();
  /// Before plan(): the shape that an input is going to have, and no memory.
  void announce_shape(int32_t input, const Shape& shape);
  /// Gives a string input its packed form.
  Status set_strings(int32_t input, std::span<const std::byte> packed);
  Status set_empty_strings(int32_t input);

  /// As a callee: borrows the inputs, planning again if their shapes have changed; then, after
  /// run(), copies the outputs to tensors of `caller`.
  Status enter(std::span<const Tensor* const> inputs);
  Status leave(std::span<const Tensor* const> outputs, Frame& caller);

  // For NodeContext's faces.
  Status set_shape(NodeContext& node, const Tensor& out, const Shape& shape);
  Status size_by_run(NodeContext& node, const Tensor& out);
  Status resize(const Tensor& out, const Shape& shape, int64_t bytes);
  bool known(const NodeContext& node, const Tensor& t) const;

  /// Computes a node of constants apart from any plan, its outputs in memory of their own, which
  /// take_memory() hands over.
  Status fold(int node);
  Buffer take_memory(int32_t tensor) { return std::move(own_[size_t(tensor)]); }

 private:
  struct Step {
    Status (*run)(const void*, void*, Run&) = nullptr;
    const void* params = nullptr;
    void* state = nullptr;
    NodeContext* context = nullptr;
    bool deferred = false, dead = false;
    bool sizes = false;  // some of its outputs
    bool plain = true;   // nothing but a call
  };

  /// The verifier refuses builtin operators that call their own subgraph, around any corner; of
  /// custom ones only this knows.
  Error calls_itself() const;
  Status run_steps();

  // frame.cc: what is made once
  void connect();
  static Status construct_state(NodeContext& c);

  // plan.cc
  Status plan_anew(std::span<const Shape> inputs);
  Status reset(std::span<const Shape> shapes);
  Status settle(Tensor& t, const Shape& shape, bool own_memory);
  static void reset_variable(Tensor& t);
  Status shape_node(NodeContext& node);
  Status infer(NodeContext& node, Phase phase);
  Status choose_kernel(NodeContext& node);
  Status refuse(NodeContext& node, Status why);
  void try_to_evaluate(NodeContext& node);
  Status compute(NodeContext& node);
  void defer(NodeContext& node);
  Status invoke(NodeContext& node);
  void find_lifetimes();
  std::vector<Block> blocks();
  void share_in_place(const NodeContext& node, std::vector<Block>& blocks);
  Status place_memory();
  Status prepare(NodeContext& node);
  void list_steps();
  bool in_arena(const Tensor& t) const;

  // run.cc
  Status run_kernel(const Step& step);
  Status run_watched(const Step& step);
  Status left_undone(Status status) const;
  Status run_deferred(NodeContext& node);
  Status infer_late(NodeContext& node);
  void forget_sizes(NodeContext& node);
  Status check_sizes(NodeContext& node);
  Status allocate_outputs(NodeContext& node);
  Status allocate_scratch(NodeContext& node);
  void report_computed();
  void poison(int after_node);

  Execution& execution_;
  const Subgraph& subgraph_;
  const bool outermost_;
  std::vector<Tensor> tensors_;
  std::vector<TensorPlan> plans_;
  std::vector<Buffer> own_;
  std::vector<bool> forwarded_;  // inputs that are outputs too: copied when borrowed
  std::vector<Tensor*> operands_;
  std::vector<NodeContext> contexts_;
  std::vector<Shape> planned_inputs_;
  std::vector<Step> steps_;
  Buffer arena_;
  bool planned_ = false;
  bool active_ = false;  // planning or running
  uint64_t reported_run_ = 0;
};

}  // namespace samara::graph

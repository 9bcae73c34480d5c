// NodeContext: what Infer, Prepare and Run see of one node in one session.
#pragma once

#include <array>
#include <memory>
#include <span>

#include "engine/graph/execution.h"
#include "engine/graph/stand_ins.h"
#include "engine/kernels/pick_log.h"

namespace samara::graph {

constexpr int kScratchSlots = 8;
/// Those of operators, and behind them those of operands that stand in for others.
constexpr int kAllSlots = 2 * kScratchSlots;

enum class Phase : uint8_t {
  infer,       // while planning: values are known for constants and what was computed from them
  infer_late,  // during a run: every input has its value
  prepare,
  run,
};

class NodeContext {
 public:
  Execution* execution = nullptr;
  Frame* frame = nullptr;
  const Node* node = nullptr;
  void* state = nullptr;
  // Pointers into the frame's list: inputs (null where left out), outputs, intermediates.
  Tensor* const* inputs = nullptr;
  Tensor* const* outputs = nullptr;
  Tensor* const* intermediates = nullptr;
  int input_count = 0, output_count = 0, intermediate_count = 0;

  Phase phase = Phase::infer;
  bool deferred = false;    // infer asked for values that come in the run
  bool evaluated = false;   // computed while planning
  bool evaluating = false;  // just now
  const Kernel* kernel = nullptr;
  kernels::PickLog::Names variants{};  // of kernel families, as infer and prepare picked them
  uint64_t calls = 0;                  // of subgraphs, in the present run of the node
  std::array<uint64_t, kAllSlots> scratch_bytes{};
  std::array<std::byte*, kAllSlots> scratch{};
  std::array<int, kAllSlots> scratch_block{};                  // in the memory plan
  std::unique_ptr<std::array<Buffer, kAllSlots>> own_scratch;  // outside the arena
  std::unique_ptr<StandIns> stand_ins;                         // null: none

  int subgraph() const;
  ThreadPool& pool() const { return *execution->options().pool; }
};

}  // namespace samara::graph

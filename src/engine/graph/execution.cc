#include "engine/graph/execution.h"

#include <chrono>
#include <cstring>

#include "base/checked.h"
#include "base/stop.h"
#include "base/text.h"
#include "base/try.h"
#include "engine/graph/frame.h"
#include "engine/graph/operator_state.h"

namespace samara::graph {

int64_t steady_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

int64_t deadline_after(int64_t ms) {
  if (ms == 0) return 0;
  const auto wait = checked_mul<int64_t>(ms, 1'000'000);
  const auto end = wait ? checked_add(steady_now(), *wait) : std::nullopt;
  return end.value_or(INT64_MAX);
}

bool RunControl::ended() const {
  return (cancel && cancel->load(std::memory_order_relaxed)) ||
         (deadline_ns != 0 && steady_now() >= deadline_ns);
}

Status RunControl::poll() const {
  if (cancel && cancel->load(std::memory_order_relaxed))
    return Error(Code::cancelled, "the caller cancelled the run");
  if (deadline_ns != 0 && steady_now() >= deadline_ns)
    return Error(Code::deadline_exceeded, "the deadline passed during the run");
  return ok();
}

Execution::Execution(const Graph& graph, const Options& options, PackedCache& packed)
    : graph_(graph),
      options_(options),
      packed_(packed),
      budget_(options.arena_limit),
      frames_(graph.subgraphs().size()),
      outermost_(graph.subgraphs().size()) {
  for (const Subgraph& s : graph.subgraphs()) most_planned_ += 16 * s.nodes.size();
}

Execution::~Execution() = default;

Frame& Execution::frame(int subgraph) {
  auto& frame = frames_[size_t(subgraph)];
  if (!frame) frame = std::make_unique<Frame>(*this, graph_.subgraphs()[size_t(subgraph)], false);
  return *frame;
}

Frame& Execution::outermost(int subgraph) {
  auto& frame = outermost_[size_t(subgraph)];
  if (!frame) frame = std::make_unique<Frame>(*this, graph_.subgraphs()[size_t(subgraph)], true);
  return *frame;
}

Status Execution::controlled(const RunControl& control, FunctionRef<Status()> work) {
  control_ = control;
  abandoned_ = false;
  const auto ended = [this] {
    if (abandoned()) return true;
    if (!control_.ended()) return false;
    abandoned_ = true;  // for good, even where the caller takes back what it cancelled
    return true;
  };
  const FunctionRef<bool()> asked(ended);
  const ScopedStop stop(control.pollable() ? &asked : nullptr);
  Status status = work();
  control_ = {};
  return status;
}

Status Execution::nested(FunctionRef<Status()> work) {
  // A level takes about a kilobyte of the stack, of which a thread may have no more than 512.
  constexpr int kDeepest = 256;
  if (depth_ == kDeepest)
    return Error(Code::resource_exhausted,
                 cat("subgraphs call one another more than ", kDeepest, " deep"));
  ++depth_;
  Status status = work();
  --depth_;
  return status;
}

Status Execution::plan(Frame& outermost, std::span<const Shape> inputs, const RunControl& control) {
  planned_nodes_ = 0;
  return controlled(control, [&] { return outermost.plan(inputs); });
}

Status Execution::run(Frame& outermost, const RunControl& control) {
  ++run_number_;
  running_ = true;
  Status status = controlled(control, [&] { return outermost.run(); });
  running_ = false;
  return status;
}

void Execution::reset_variables() {
  for (auto* frames : {&frames_, &outermost_})
    for (auto& frame : *frames)
      if (frame) frame->reset_variables();
  for (const auto& [name, id] : resource_ids_)
    if (name.first == kOperatorState) resources_[size_t(id)]->value.set = false;
}

Status Execution::count_planned(size_t nodes) {
  planned_nodes_ += nodes;
  // A run may plan a loop's body anew in every iteration; cancel and deadline bound that.
  if (running_ || planned_nodes_ <= most_planned_) return ok();
  return Error(Code::resource_exhausted,
               "planning does not end: subgraphs call one another with ever other shapes");
}

Result<int32_t> Execution::resource_id(std::string_view container, std::string_view name) {
  const auto found = resource_ids_.find(std::pair(container, name));
  if (found != resource_ids_.end()) return found->second;
  const int32_t id = int32_t(resources_.size());
  resource_ids_.emplace(std::pair(std::string(container), std::string(name)), id);
  resources_.push_back(std::make_unique<Held>());
  return id;
}

Resource* Execution::resource(int32_t id) {
  if (id < 0 || size_t(id) >= resources_.size()) return nullptr;
  return &resources_[size_t(id)]->value;
}

Status Execution::assign(Resource& resource, const Tensor& value) {
  for (auto& held : resources_) {
    if (&held->value != &resource) continue;
    TRY(held->memory.reserve(value.bytes, budget()));
    resource.set = true;
    resource.type = value.type;
    resource.shape = value.shape;
    resource.bytes = value.bytes;
    resource.data = value.bytes ? held->memory.data() : nowhere();
    if (value.bytes) std::memmove(resource.data, value.data, value.bytes);
    return ok();
  }
  return Error(Code::internal, "assigns to a resource that does not exist");
}

}  // namespace samara::graph

#include "samara/runtime/interpreter.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/try.h"
#include "engine/graph/frame.h"
#include "engine/runtime/model_impl.h"
#include "engine/runtime/session_impl.h"

namespace samara {
namespace {

using graph::Execution;
using graph::Frame;
using graph::Tensor;

using Place = std::pair<int, int>;  // subgraph, tensor

/// What the last runs gave, node by node; passes on to the caller's observer.
class Keeper : public graph::Observer {
 public:
  void before(const graph::NodeInfo& node, const graph::Operands& n) override {
    // What a called subgraph is given lies in its caller's memory, and is no node's output.
    for (int i = 0; i < n.inputs(); ++i)
      if (n.has(i) && !n.in(i).constant) keep(node.subgraph, n.in(i), false);
    if (next_) next_->before(node, n);
  }
  void after(const graph::NodeInfo& node, const graph::Operands& n, int64_t ns) override {
    for (int i = 0; i < n.outputs(); ++i) keep(node.subgraph, n.out(i), true);
    if (next_) next_->after(node, n, ns);
  }

  void watch(graph::Observer* next) {
    next_ = next;
    ++run_;
  }
  void forget(int subgraph) {
    std::erase_if(kept_, [&](const auto& kept) { return kept.first.first == subgraph; });
  }
  void find(const Place& place, Tensor& out) {
    const auto found = kept_.find(place);
    if (found == kept_.end()) return;
    out.shape = found->second.shape;
    out.bytes = found->second.bytes.size();
    out.data = out.bytes ? found->second.bytes.data() : graph::nowhere();
  }

 private:
  struct Kept {
    uint64_t run = 0;
    graph::Shape shape;
    std::vector<std::byte> bytes;
  };

  void keep(int subgraph, const Tensor& t, bool changed) {
    if (t.index < 0 || !t.data) return;
    Kept& kept = kept_[Place(subgraph, t.index)];
    if (kept.run == run_ && !changed) return;
    kept.run = run_;
    kept.shape = t.shape;
    kept.bytes.assign(t.data, t.data + t.bytes);
  }

  graph::Observer* next_ = nullptr;
  uint64_t run_ = 0;
  std::map<Place, Kept> kept_;
};

}  // namespace

struct Interpreter::Impl {
  /// One subgraph, as the caller sees it.
  struct Part {
    Frame* frame = nullptr;  // null: not asked for yet
    std::vector<graph::Shape> shapes;
    std::map<int, std::vector<std::byte>> strings;  // packed, by tensor
    bool planned = false, ran = false;
  };

  std::shared_ptr<const Model> model;
  std::shared_ptr<ThreadPool> pool;
  InterpreterOptions options;
  std::unique_ptr<Execution> execution;
  std::vector<Part> parts;
  mutable Keeper keeper;

  Result<Part*> part(int subgraph);
  Status check(int subgraph, int tensor) const;
  Status set_packed(Part& part, int tensor);
};

Result<Interpreter::Impl::Part*> Interpreter::Impl::part(int subgraph) {
  if (subgraph < 0 || size_t(subgraph) >= parts.size())
    return Error(Code::invalid_argument,
                 cat("there is no subgraph ", subgraph, "; the model has ", parts.size()));
  Part& part = parts[size_t(subgraph)];
  if (part.frame) return &part;
  part.frame = &execution->outermost(subgraph);
  for (const int32_t i : part.frame->inputs()) part.shapes.push_back(part.frame->tensor(i).shape);
  return &part;
}

Status Interpreter::Impl::check(int subgraph, int tensor) const {
  const auto graphs = model->file().subgraphs();
  if (subgraph < 0 || size_t(subgraph) >= graphs.size())
    return Error(Code::invalid_argument,
                 cat("there is no subgraph ", subgraph, "; the model has ", graphs.size()));
  const size_t tensors = graphs[size_t(subgraph)].tensors.size();
  if (tensor >= 0 && size_t(tensor) < tensors) return ok();
  return Error(Code::invalid_argument,
               cat("there is no tensor ", tensor, "; subgraph ", subgraph, " has ", tensors));
}

Interpreter::Interpreter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Interpreter::~Interpreter() = default;

Result<std::unique_ptr<Interpreter>> Interpreter::create(std::shared_ptr<const Model> model,
                                                         const InterpreterOptions& options) {
  if (!model) return Error(Code::invalid_argument, "no model is given");
  auto impl = std::make_unique<Impl>();
  TRY_SET(impl->pool, pool_for(options.session));
  impl->options = options;
  impl->parts.resize(model->file().subgraphs().size());
  impl->model = std::move(model);
  const graph::Graph& graph = *impl->model->impl().graph;
  impl->execution = std::make_unique<Execution>(
      graph, execution_options(options.session, *impl->pool), graph.packed());
  return std::make_unique<Interpreter>(std::move(impl));
}

const Model& Interpreter::model() const { return *impl_->model; }

Status Interpreter::resize(int subgraph, int tensor, std::span<const int32_t> shape) {
  TRY_SET(Impl::Part* const part, impl_->part(subgraph));
  TRY(impl_->check(subgraph, tensor));
  const auto inputs = part->frame->inputs();
  const auto found = std::ranges::find(inputs, tensor);
  const Tensor& t = part->frame->tensor(tensor);
  if (found == inputs.end() || t.constant)
    return Error(Code::invalid_argument,
                 cat("tensor ", tensor, " '", t.name, "' is no input that can be resized"));
  if (shape.size() > size_t(graph::kMaxRank))
    return Error(Code::invalid_argument,
                 cat("a shape may have ", graph::kMaxRank, " dimensions, not ", shape.size()));
  const graph::Shape wanted(shape);
  if (std::ranges::any_of(shape, [](int32_t d) { return d < 0; }) ||
      !graph::tensor_bytes(t.type, wanted))
    return Error(Code::invalid_argument,
                 cat("tensor ", tensor, " '", t.name, "' cannot have shape ", wanted.text()));
  graph::Shape& now = part->shapes[size_t(found - inputs.begin())];
  if (now == wanted) return ok();
  now = wanted;
  part->strings.erase(tensor);
  part->frame->announce_shape(tensor, wanted);
  part->planned = part->ran = false;
  impl_->keeper.forget(subgraph);
  return ok();
}

Status Interpreter::plan(int subgraph) {
  TRY_SET(Impl::Part* const part, impl_->part(subgraph));
  if (part->planned) return ok();
  impl_->keeper.forget(subgraph);
  part->ran = false;
  TRY(plan_frame(*impl_->model, *impl_->execution, *part->frame, part->shapes,
                 impl_->options.session.time_limit_ms));
  part->frame->reset_variables();
  for (const int32_t i : part->frame->inputs())
    if (const Tensor& t = part->frame->tensor(i); t.type == Type::string && !t.constant)
      TRY(impl_->set_packed(*part, i));
  part->planned = true;
  return ok();
}

Status Interpreter::Impl::set_packed(Part& part, int tensor) {
  const auto found = part.strings.find(tensor);
  return found == part.strings.end() ? part.frame->set_empty_strings(tensor)
                                     : part.frame->set_strings(tensor, found->second);
}

bool Interpreter::planned(int subgraph) const {
  return subgraph >= 0 && size_t(subgraph) < impl_->parts.size() &&
         impl_->parts[size_t(subgraph)].planned;
}

Result<Tensor> Interpreter::tensor(int subgraph, int index) const {
  TRY(impl_->check(subgraph, index));
  const Impl::Part& part = impl_->parts[size_t(subgraph)];
  const Frame* const frame = impl_->execution->existing_frame(subgraph);
  if (!frame) {
    Tensor t = impl_->model->impl().graph->subgraphs()[size_t(subgraph)].tensors[size_t(index)];
    if (!t.constant) t.data = nullptr;
    return t;
  }
  Tensor t = frame->tensor(index);
  const auto lists = [&](std::span<const int32_t> list) {
    return std::ranges::find(list, index) != list.end();
  };
  if (t.constant || (part.frame && (t.variable || lists(frame->inputs())))) return t;
  if (part.frame && part.planned && lists(frame->outputs())) return t;
  // Of a called subgraph nothing is promised: its memory is its caller's, or gone.
  if (!part.ran || !frame->outlives_run(index)) t.data = nullptr;
  impl_->keeper.find({subgraph, index}, t);
  return t;
}

bool Interpreter::moves(int subgraph, int tensor) const {
  if (!impl_->check(subgraph, tensor).ok()) return false;
  const Frame* const frame = impl_->execution->existing_frame(subgraph);
  if (!frame || frame->tensor(tensor).constant) return false;
  return impl_->options.keep_all || !impl_->parts[size_t(subgraph)].frame ||
         frame->planned(tensor).dynamic || frame->tensor(tensor).type == Type::string;
}

Status Interpreter::set_strings(int subgraph, int tensor, std::span<const std::string> strings) {
  TRY_SET(Impl::Part* const part, impl_->part(subgraph));
  TRY(impl_->check(subgraph, tensor));
  const Tensor& t = part->frame->tensor(tensor);
  const std::string what = cat("tensor ", tensor, " '", t.name, "'");
  if (std::ranges::find(part->frame->inputs(), tensor) == part->frame->inputs().end())
    return Error(Code::invalid_argument, cat(what, " is no input"));
  if (!part->planned) return Error(Code::failed_precondition, "plan() comes before set_strings()");
  TRY_SET(part->strings[tensor], pack_input(strings, t, what));
  return impl_->set_packed(*part, tensor);
}

Status Interpreter::run(int subgraph, const RunOptions& options) {
  TRY_SET(Impl::Part* const part, impl_->part(subgraph));
  if (!part->planned)
    return Error(Code::failed_precondition, cat("subgraph ", subgraph, " is not planned"));
  RunOptions how = options;
  if (impl_->options.keep_all) {
    impl_->keeper.watch(options.observer);
    how.observer = &impl_->keeper;
  }
  const int64_t limit_ms =
      options.deadline_ms != 0 ? options.deadline_ms : impl_->options.session.time_limit_ms;
  const Status status = run_frame(*impl_->model, *impl_->execution, *part->frame, how, limit_ms);
  part->ran = status.ok();
  return status;
}

Status Interpreter::reset_variables() {
  impl_->execution->reset_variables();
  return ok();
}

}  // namespace samara

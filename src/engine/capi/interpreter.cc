#include "engine/capi/interpreter.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "base/try.h"
#include "engine/runtime/model_impl.h"
#include "samara/runtime/session.h"

namespace samara::capi {
namespace {

using graph::Shape;
using graph::Tensor;

constexpr int32_t kCustom = 32;
constexpr uintptr_t kAlignment = 64;

std::span<const std::byte> bytes_of(const TfLiteTensor& t) {
  return {reinterpret_cast<const std::byte*>(t.data.raw), t.bytes};
}

}  // namespace

Interpreter::Interpreter(const TfLiteModel& model, const TfLiteInterpreterOptions& options)
    : options_(options), file_(model.file) {}

Interpreter::~Interpreter() = default;

Result<std::shared_ptr<Interpreter>> Interpreter::create(const TfLiteModel& model,
                                                         const TfLiteInterpreterOptions* options,
                                                         bool selected) {
  const TfLiteInterpreterOptions defaults;
  const std::shared_ptr<Interpreter> out(new Interpreter(model, options ? *options : defaults));
  if (!options) out->options_.reporter = model.reporter;
  TRY(out->open(model, selected));
  return out;
}

Status Interpreter::open(const TfLiteModel& model, bool selected) {
  if (file_->subgraphs().empty()) return Error(Code::invalid_model, "the model has no subgraph");
  int threads = std::max(options_.threads, 1);
  for (const TfLiteDelegate* const d : options_.delegates)
    threads = std::max(threads, mapped_threads(*d));
  TRY_SET(pool_, ThreadPool::create({.threads = threads}));
  shared_.file = file_.get();
  shared_.threads = threads;
  shared_.report = [this](const std::string& text) { report(text); };
  for (size_t i = 0; i < file_->subgraphs().size(); ++i)
    shared_.contexts.push_back(std::make_unique<tflite_abi::Context>(shared_, int(i)));
  states_.resize(file_->subgraphs().size());
  for (size_t i = 0; i < states_.size(); ++i)
    for (const int32_t t : subgraph(int(i)).inputs)
      states_[i].shapes.emplace_back(
          std::span<const int32_t>(subgraph(int(i)).tensors[size_t(t)].shape));
  for (const schema::Signature& s : file_->signatures()) {
    Signature& out = signatures_.emplace_back();
    out.key = s.key;
    out.subgraph = int(s.subgraph);
    for (const auto& e : s.inputs) out.inputs.emplace_back(e.name, e.tensor);
    for (const auto& e : s.outputs) out.outputs.emplace_back(e.name, e.tensor);
    std::ranges::sort(out.inputs);
    std::ranges::sort(out.outputs);
  }
  TRY(bind_operators(selected));
  for (TfLiteDelegate* const d : options_.delegates) {
    if (is_mapped(*d)) continue;
    const Status applied = apply(d);
    if (!applied.ok()) report(cat(applied.error().brief(), "; the model runs without it"));
  }
  return build(&model);
}

/// Operators of the caller's, as the engine's; the model's others are left to the engine.
Status Interpreter::bind_operators(bool selected) {
  const auto find = [this](const schema::OperatorCode& code) { return options_.find(code); };
  for (const schema::OperatorCode& code : file_->codes()) {
    if (!find(code)) {
      if (!selected) continue;
      return Error(Code::unsupported,
                   cat("the operators given do not hold ", code.name, " version ", code.version));
    }
    const bool known = std::ranges::any_of(shared_.ops, [&](const tflite_abi::CustomOp& op) {
      return op.info.code == code.builtin && (code.builtin != kCustom || op.name == code.name);
    });
    if (!known) tflite_abi::define(shared_.ops.emplace_back(), code.builtin, code.name);
  }
  for (const auto& context : shared_.contexts) TRY(context->bind(find));
  return ok();
}

Status Interpreter::apply(TfLiteDelegate* delegate) {
  std::vector<size_t> before;  // what a success of before claimed is in use
  for (const auto& context : shared_.contexts) before.push_back(context->kernels());
  for (const auto& context : shared_.contexts) {
    if (context->skip_delegation) continue;
    Status status = context->apply(delegate);
    if (status.ok()) continue;
    for (size_t i = 0; i < before.size(); ++i) shared_.contexts[i]->drop(delegate, before[i]);
    return status;
  }
  return ok();
}

/// The engine's model for the present claims. `model` shares what needs nothing of the caller's.
Status Interpreter::build(const TfLiteModel* model) {
  std::vector<graph::Claim> claims;
  for (const auto& context : shared_.contexts) context->list_claims(claims);
  ModelOptions options;
  for (const tflite_abi::CustomOp& op : shared_.ops) options.ops.push_back(&op);
  const bool plain = model && claims.empty() && options.ops.empty();
  std::unique_lock<std::mutex> lock;
  if (plain) {
    lock = std::unique_lock(model->guard);
    model_ = model->plain;
  }
  if (!plain || !model_) {
    TRY_SET(model_, build_model(file_, options, nullptr, claims));
    if (plain) model->plain = model_;
  }
  const graph::Graph& graph = *model_->impl().graph;
  if (!plain) tflite_abi::connect(graph, shared_);
  graph::Execution::Options how;
  how.pool = pool_.get();
  how.arena_limit = uint64_t{1} << 40;
  execution_ = std::make_unique<graph::Execution>(graph, how, graph.packed());
  for (State& state : states_) state.planned = false;
  return ok();
}

TfLiteStatus Interpreter::guarded(FunctionRef<Status()> work) const {
  if (busy_.exchange(true)) {
    report("the interpreter is in use by another thread; one thread at a time may use it");
    return kTfLiteError;
  }
  const Status status = work();
  busy_ = false;
  if (!status.ok()) report(status.error().brief());
  return tflite_abi::to_c(status);
}

Status Interpreter::resize(int s, int32_t index, std::span<const int32_t> shape) {
  const auto& inputs = subgraph(s).inputs;
  const auto found = std::ranges::find(inputs, index);
  if (found == inputs.end())
    return Error(Code::invalid_argument, cat("tensor ", index, " is no input"));
  const TfLiteTensor& t = *tensor(s, index);
  if (t.allocation_type == kTfLiteMmapRo)
    return Error(Code::invalid_argument, cat("input '", t.name, "' is a constant of the model"));
  if (shape.size() > size_t(graph::kMaxRank))
    return Error(Code::invalid_argument,
                 cat("a shape may have ", graph::kMaxRank, " dimensions, not ", shape.size()));
  const Shape wanted(shape);
  State& state = states_[size_t(s)];
  const size_t place = size_t(found - inputs.begin());
  if (state.shapes[place] == wanted) return ok();
  TRY(context(s).tensors().announce(index, shape));
  state.shapes[place] = wanted;
  state.planned = false;
  std::erase_if(state.memory, [](const auto& m) { return !m.second.callers; });
  frame(s).announce_shape(index, wanted);
  return ok();
}

Status Interpreter::allocate(int s) {
  State& state = states_[size_t(s)];
  if (state.planned) return place_memory(s);
  shared_.failed = nullptr;
  Status status = plan(s);
  if (!status.ok() && may_fall_back()) {
    TRY(without_failed(status));
    status = plan(s);
  }
  return status;
}

Status Interpreter::plan(int s) {
  State& state = states_[size_t(s)];
  state.planned = false;
  if (Status status = execution_->plan(frame(s), state.shapes); !status.ok()) {
    show(s);  // the memory of the plan before may be gone
    return status;
  }
  frame(s).reset_variables();
  for (const int32_t i : subgraph(s).inputs)
    if (frame(s).tensor(i).type == Type::string && !frame(s).tensor(i).constant)
      TRY(frame(s).set_empty_strings(i));
  state.moving.clear();
  for (const Tensor& t : frame(s).tensors())
    if (frame(s).planned(t.index).dynamic) state.moving.push_back(t.index);
  state.planned = true;
  return show_again(s);
}

Status Interpreter::show_again(int s) {
  show(s);
  return place_memory(s);
}

void Interpreter::show(int s) {
  for (const Tensor& t : frame(s).tensors()) context(s).tensors().show(t);
}

/// Inputs in memory of the caller's are read there; outputs are copied to it after the run.
Status Interpreter::place_memory(int s) {
  State& state = states_[size_t(s)];
  for (const auto& [index, memory] : state.memory) {
    Tensor& t = frame(s).tensor(index);
    TfLiteTensor& c = *tensor(s, index);
    if (memory.bytes < t.bytes) {
      state.planned = false;
      return Error(Code::invalid_argument, cat("the memory given for tensor '", t.name, "' has ",
                                               memory.bytes, " bytes, it takes ", t.bytes));
    }
    if (std::ranges::count(subgraph(s).inputs, index) > 0)
      t.data = reinterpret_cast<std::byte*>(memory.data);
    if (memory.callers) c.allocation_type = kTfLiteCustom;
    c.data.raw = memory.data;
  }
  return ok();
}

/// Strings that the caller has written, checked and handed to the engine.
Status Interpreter::give_strings(int s) {
  State& state = states_[size_t(s)];
  std::vector<int32_t> given;
  for (size_t place = 0; place < state.shapes.size(); ++place) {
    const int32_t index = subgraph(s).inputs[place];
    const TfLiteTensor& t = *tensor(s, index);
    if (t.type != kTfLiteString || t.allocation_type != kTfLiteDynamic || !t.data.raw) continue;
    given.push_back(index);
    TRY_SET(const auto strings, unpack_strings(bytes_of(t)));
    const auto dims = tflite_abi::values(t.dims);
    const Shape shape = dims.size() <= size_t(graph::kMaxRank) ? Shape(dims) : Shape();
    if (int64_t(strings.size()) != shape.elements())
      return Error(Code::invalid_argument, cat("input '", t.name, "' holds ", strings.size(),
                                               " strings, its shape is ", shape.text()));
    if (state.shapes[place] == shape) continue;
    state.shapes[place] = shape;
    state.planned = false;
  }
  if (!state.planned) TRY(plan(s));
  for (const int32_t index : given) TRY(frame(s).set_strings(index, bytes_of(*tensor(s, index))));
  return ok();
}

Status Interpreter::run(int s) {
  TRY(give_strings(s));
  graph::RunControl control;
  if (options_.cancellable) control.cancel = &cancelled_;
  return execution_->run(frame(s), control);
}

Status Interpreter::invoke(int s) {
  if (!states_[size_t(s)].planned)
    return Error(Code::failed_precondition, "Invoke called on model that is not ready.");
  cancelled_ = false;
  shared_.failed = nullptr;
  Status status = run(s);
  if (!status.ok() && may_fall_back()) {
    TRY(without_failed(status));
    status = run(s);
  }
  TRY(std::move(status));
  show_results(s);
  return ok();
}

void Interpreter::show_results(int s) {
  State& state = states_[size_t(s)];
  for (const int32_t i : state.moving) context(s).tensors().show(frame(s).tensor(i));
  for (const auto& [index, memory] : state.memory) {
    const Tensor& t = frame(s).tensor(index);
    if (!t.data || reinterpret_cast<char*>(t.data) == memory.data || t.bytes > memory.bytes)
      continue;
    std::memcpy(memory.data, t.data, t.bytes);
    tensor(s, index)->data.raw = memory.data;
  }
}

/// Gives up the delegate that failed. Inputs and outputs stay where callers know them to be.
Status Interpreter::without_failed(const Status& why) {
  report(cat(why.error().brief(), "; the run goes on without it"));
  for (const auto& context : shared_.contexts) context->drop(shared_.failed);
  shared_.failed = nullptr;
  return rebuild();
}

/// A new graph for the claims as they are now, planned as far as the old one was.
Status Interpreter::rebuild() {
  Retired old{model_, std::move(execution_)};
  std::vector<bool> planned;
  for (const State& state : states_) planned.push_back(state.planned);
  if (Status status = build(nullptr); !status.ok()) {
    model_ = std::move(old.model);
    execution_ = std::move(old.execution);
    return status;
  }
  for (size_t i = 0; i < states_.size(); ++i) states_[i].planned = planned[i];
  keep_memory(*old.execution);
  for (State& state : states_) state.planned = false;
  retired_.push_back(std::move(old));
  for (size_t i = 0; i < states_.size(); ++i)
    if (planned[i]) TRY(plan(int(i)));
  return ok();
}

void Interpreter::keep_memory(graph::Execution& old) {
  for (size_t i = 0; i < states_.size(); ++i) {
    if (!states_[i].planned) continue;
    graph::Frame& frame = old.outermost(int(i));
    for (const auto* const list : {&subgraph(int(i)).inputs, &subgraph(int(i)).outputs})
      for (const int32_t index : *list) {
        const Tensor& t = frame.tensor(index);
        const bool fixed = t.data && !t.constant && t.type != Type::string;
        if (!fixed || frame.planned(index).dynamic) continue;
        states_[i].memory.try_emplace(index,
                                      Memory{reinterpret_cast<char*>(t.data), t.bytes, false});
      }
  }
}

Status Interpreter::modify(TfLiteDelegate* delegate) {
  if (!delegate) return Error(Code::invalid_argument, "no delegate is given");
  if (is_mapped(*delegate)) return ok();
  if (Status status = apply(delegate); !status.ok()) {
    for (size_t i = 0; i < states_.size(); ++i)  // it may have resized tensors
      if (states_[i].planned) TRY(show_again(int(i)));
    return status;
  }
  const Status status = rebuild();
  if (status.ok()) return ok();
  for (const auto& context : shared_.contexts) context->drop(delegate);
  TRY(rebuild());
  return Error(Code::unavailable, cat("a delegate cannot be used: ", status.error().brief()));
}

Status Interpreter::set_memory(int32_t index, const TfLiteCustomAllocation& memory,
                               bool check_alignment) {
  const TfLiteTensor* const t = tensor(0, index);
  const auto is = [&](const std::vector<int32_t>& list) {
    return std::ranges::count(list, index) > 0;
  };
  if (!t || (!is(subgraph(0).inputs) && !is(subgraph(0).outputs)) || t->type == kTfLiteString ||
      t->allocation_type == kTfLiteMmapRo || t->is_variable)
    return Error(Code::invalid_argument,
                 cat("tensor ", index, " is no input or output that memory can be given for"));
  if (!memory.data) return Error(Code::invalid_argument, "the memory given is null");
  if (check_alignment && reinterpret_cast<uintptr_t>(memory.data) % kAlignment != 0)
    return Error(Code::invalid_argument,
                 cat("the memory given is not aligned to ", kAlignment, " bytes"));
  states_[0].memory[index] = {static_cast<char*>(memory.data), memory.bytes, true};
  states_[0].planned = false;
  return ok();
}

void Interpreter::reset_variables() { execution_->reset_variables(); }

TfLiteStatus Interpreter::cancel() const {
  if (!options_.cancellable) {
    report("cancellation is not enabled; see TfLiteInterpreterOptionsEnableCancellation");
    return kTfLiteError;
  }
  cancelled_ = true;
  return kTfLiteOk;
}

}  // namespace samara::capi

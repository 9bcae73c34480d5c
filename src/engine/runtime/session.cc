#include "samara/runtime/session.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "engine/graph/frame.h"
#include "engine/runtime/model_impl.h"
#include "engine/runtime/session_impl.h"

namespace samara {
namespace {

using graph::Tensor;

constexpr int kMostThreads = 1024;

Result<size_t> index_of(const std::vector<TensorInfo>& list, std::string_view name,
                        const char* what) {
  for (size_t i = 0; i < list.size(); ++i)
    if (list[i].name == name) return i;
  std::string names;
  for (const TensorInfo& t : list) names += cat(names.empty() ? "" : ", ", "'", t.name, "'");
  return Error(Code::not_found, cat("there is no ", what, " '", name, "'; there are ",
                                    names.empty() ? "none" : names));
}

Status check_input(const Session& session, size_t i) {
  if (i < session.inputs()) return ok();
  return Error(Code::invalid_argument,
               cat("there is no input ", i, "; the signature has ", session.inputs()));
}

std::string about(const TensorInfo& t) { return cat("input '", t.name, "'"); }

Status check_shape(const TensorInfo& info, std::span<const int32_t> shape) {
  if (shape.size() > size_t(graph::kMaxRank))
    return Error(Code::invalid_argument,
                 cat("a shape may have ", graph::kMaxRank, " dimensions, not ", shape.size()));
  // A scalar in the file may stand for a rank that is not known.
  if (!info.shape.empty() && shape.size() != info.shape.size())
    return Error(Code::invalid_argument,
                 cat("has ", info.shape.size(), " dimensions, not ", shape.size()));
  const bool partly_unknown = std::ranges::count(info.signature, -1) > 0;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] < 0)
      return Error(Code::invalid_argument, cat("dimension ", i, " would be ", shape[i]));
    // Where no dimension is marked unknown, the file is silent on which may change: all may.
    if (partly_unknown && i < info.signature.size() && info.signature[i] >= 0 &&
        info.signature[i] != shape[i])
      return Error(Code::invalid_argument,
                   cat("dimension ", i, " is fixed at ", info.signature[i], ", not ", shape[i]));
  }
  if (!graph::tensor_bytes(info.type, Shape(shape)))
    return Error(Code::invalid_argument,
                 cat("shape ", Shape(shape).text(), " is more than can be addressed"));
  return ok();
}

bool has_unknown_shape(const SignatureInfo& signature) {
  return std::ranges::any_of(signature.inputs, [](const TensorInfo& t) {
    return std::ranges::count(t.signature, -1) > 0;
  });
}

}  // namespace

Result<std::shared_ptr<ThreadPool>> pool_for(const SessionOptions& options) {
  if (options.pool) return options.pool;
  if (options.threads < 1 || options.threads > kMostThreads)
    return Error(Code::invalid_argument,
                 cat("threads must be 1 to ", kMostThreads, ", not ", options.threads));
  TRY_SET(std::shared_ptr<ThreadPool> pool,
          ThreadPool::create({.threads = options.threads, .affinity = options.affinity}));
  return pool;
}

graph::Execution::Options execution_options(const SessionOptions& options, ThreadPool& pool) {
  graph::Execution::Options how;
  how.pool = &pool;
  how.arena_limit = options.arena_limit;
  how.poison = options.poison;
  how.loop_limit = options.loop_limit;
  return how;
}

Status plan_frame(const Model& model, graph::Execution& execution, graph::Frame& frame,
                  std::span<const Shape> shapes, int64_t limit_ms) {
  graph::RunControl control;
  control.deadline_ns = graph::deadline_after(limit_ms);
  TRY(execution.plan(frame, shapes, control));
  // What was packed is not read again by most models; what is, comes back page by page.
  if (model.impl().graph->packed().settle()) model.file().drop_weights();
  return ok();
}

Status run_frame(const Model& model, graph::Execution& execution, graph::Frame& frame,
                 const RunOptions& options, int64_t limit_ms) {
  graph::RunControl control;
  control.cancel = options.cancel;
  control.observer = options.observer;
  control.deadline_ns = graph::deadline_after(limit_ms);
  Status status = execution.run(frame, control);
  if (!model.file().weights_intact())
    return Error(Code::data_loss, cat("model ", model.file().path(),
                                      " was truncated while its weights were mapped"));
  TRY(model.impl().graph->packed().check_intact());
  return status;
}

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::create(std::shared_ptr<const Model> model,
                                                 const SessionOptions& options) {
  if (!model) return Error(Code::invalid_argument, "no model is given");
  TRY_SET(const SignatureInfo* signature, model->signature(options.signature));
  auto impl = std::make_unique<Impl>();
  TRY_SET(impl->pool, pool_for(options));
  TRY(impl->open(std::move(model), *signature, options));
  const Status planned = impl->plan(options.time_limit_ms);
  // Where a dimension is unknown, the file's 1 for it need not make sense: resize() comes first.
  if (!planned.ok() && !has_unknown_shape(*signature)) return planned.error();
  return std::unique_ptr<Session>(new Session(std::move(impl)));
}

Status Session::Impl::open(std::shared_ptr<const Model> of, const SignatureInfo& which,
                           const SessionOptions& options) {
  model = std::move(of);
  signature = &which;
  const graph::Graph& graph = *model->impl().graph;
  time_limit_ms = options.time_limit_ms;
  execution =
      std::make_unique<graph::Execution>(graph, execution_options(options, *pool), graph.packed());
  frame = &execution->outermost(which.subgraph);
  for (const int32_t i : frame->inputs()) shapes.push_back(frame->tensor(i).shape);
  std::vector<size_t> place_of(frame->tensors().size());
  for (size_t k = shapes.size(); k-- > 0;) place_of[size_t(frame->inputs()[k])] = k;
  for (const TensorInfo& t : which.inputs) places.push_back(place_of[size_t(t.index)]);
  strings.resize(shapes.size());
  return ok();
}

Status Session::Impl::plan(int64_t limit_ms) {
  planned = false;
  TRY(plan_frame(*model, *execution, *frame, shapes, limit_ms));
  for (size_t i = 0; i < shapes.size(); ++i) {
    const int32_t index = frame->inputs()[i];
    const Tensor& t = frame->tensor(index);
    if (t.type != Type::string || t.constant) continue;
    TRY(strings[i].empty() ? frame->set_empty_strings(index)
                           : frame->set_strings(index, strings[i]));
  }
  planned = true;
  return ok();
}

const Model& Session::model() const { return *impl_->model; }
const SignatureInfo& Session::signature() const { return *impl_->signature; }
size_t Session::inputs() const { return impl_->signature->inputs.size(); }
size_t Session::outputs() const { return impl_->signature->outputs.size(); }

Result<size_t> Session::input_index(std::string_view name) const {
  return index_of(impl_->signature->inputs, name, "input");
}
Result<size_t> Session::output_index(std::string_view name) const {
  return index_of(impl_->signature->outputs, name, "output");
}

Status Session::resize(size_t input, std::span<const int32_t> shape) {
  TRY(check_input(*this, input));
  const TensorInfo& info = impl_->signature->inputs[input];
  TRY(check_shape(info, shape).in([&] { return about(info); }));
  const size_t place = impl_->places[input];
  const Shape wanted(shape);
  if (impl_->shapes[place] == wanted) return ok();
  if (impl_->frame->tensor(info.index).constant)
    return Error(Code::invalid_argument, cat(about(info), " is a constant of the model"));
  impl_->shapes[place] = wanted;
  impl_->strings[place].clear();
  impl_->frame->announce_shape(info.index, wanted);
  impl_->planned = false;
  return ok();
}

Status Session::plan() { return impl_->planned ? ok() : impl_->plan(impl_->time_limit_ms); }

const Tensor& Session::input(size_t i) const {
  return impl_->frame->tensor(impl_->signature->inputs[i].index);
}
const Tensor& Session::output(size_t i) const {
  return impl_->frame->tensor(impl_->signature->outputs[i].index);
}

Result<std::span<std::byte>> Session::input_data(size_t i) {
  TRY(check_input(*this, i));
  TRY(plan());
  const Tensor& t = input(i);
  if (t.type == Type::string)
    return Error(Code::invalid_argument,
                 cat(about(impl_->signature->inputs[i]), " holds strings, not numbers"));
  if (t.constant)
    return Error(Code::invalid_argument,
                 cat(about(impl_->signature->inputs[i]), " is a constant of the model"));
  return std::span(t.data, t.bytes);
}

Status Session::set_input(size_t i, std::span<const std::byte> bytes) {
  TRY_SET(const std::span<std::byte> to, input_data(i));
  if (bytes.size() != to.size())
    return Error(Code::invalid_argument,
                 cat(about(impl_->signature->inputs[i]), " takes ", to.size(), " bytes (",
                     input(i).shape.text(), " ", name(input(i).type), "), not ", bytes.size()));
  if (!bytes.empty()) std::memcpy(to.data(), bytes.data(), bytes.size());
  return ok();
}

Status Session::set_input(size_t i, std::span<const std::string> strings) {
  TRY(check_input(*this, i));
  TRY(plan());
  const Tensor& t = input(i);
  auto& packed = impl_->strings[impl_->places[i]];
  TRY_SET(packed, pack_input(strings, t, about(impl_->signature->inputs[i])));
  return impl_->frame->set_strings(t.index, packed);
}

Result<std::vector<std::string>> Session::output_strings(size_t i) const {
  if (i >= outputs())
    return Error(Code::invalid_argument,
                 cat("there is no output ", i, "; the signature has ", outputs()));
  const Tensor& t = output(i);
  if (t.type != Type::string)
    return Error(Code::invalid_argument, cat("output '", impl_->signature->outputs[i].name,
                                             "' holds ", name(t.type), ", not strings"));
  if (!t.data) return Error(Code::failed_precondition, "run() comes before output_strings()");
  TRY_SET(const auto views, unpack_strings({t.data, t.bytes}));
  return std::vector<std::string>(views.begin(), views.end());
}

Status Session::run(const RunOptions& options) {
  const int64_t limit_ms = options.deadline_ms != 0 ? options.deadline_ms : impl_->time_limit_ms;
  if (!impl_->planned) TRY(impl_->plan(limit_ms));
  return run_frame(*impl_->model, *impl_->execution, *impl_->frame, options, limit_ms);
}

void Session::run_async(RunOptions options, Executor executor, std::function<void(Status)> done) {
  executor([this, options, done = std::move(done)] { done(run(options)); });
}

std::future<Status> Session::run_async(RunOptions options, Executor executor) {
  auto promise = std::make_shared<std::promise<Status>>();
  auto future = promise->get_future();
  run_async(options, std::move(executor),
            [promise](Status status) { promise->set_value(std::move(status)); });
  return future;
}

Status Session::reset_variables() {
  impl_->execution->reset_variables();
  return ok();
}

}  // namespace samara

#include "fleet/agent/fallback.h"

#include <cstring>
#include <utility>

#include "base/text.h"
#include "base/try.h"

namespace samara::agent {

struct Chain::Step {
  Way way;
  Answering answering;
  int failures = 0;  // in a row
  int64_t rests_until_ms = 0;
};

std::string_view name(Way way) {
  constexpr std::string_view kNames[] = {"delegate", "cpu",      "previous",
                                         "bundled",  "callback", "remote"};
  return kNames[static_cast<size_t>(way)];
}

std::string Answer::explain() const {
  std::string out = cat("answered by ", name(way));
  for (const Passed& one : passed) out += cat("; ", name(one.way), ": ", one.why);
  return out;
}

Chain::Chain(const Options& options)
    : options_(options), clock_(options.clock ? *options.clock : system_clock()) {}

Chain::~Chain() = default;

Chain& Chain::then(Way way, Answering answering) {
  steps_.push_back(std::make_unique<Step>(Step{way, std::move(answering)}));
  return *this;
}

bool Chain::rests(const Step& step) const {
  if (&step == steps_.back().get()) return false;
  const std::lock_guard lock(mutex_);
  return step.failures >= options_.rest_after && clock_.steady_ms() < step.rests_until_ms;
}

void Chain::note(Step& step, bool well) {
  const std::lock_guard lock(mutex_);
  step.failures = well ? 0 : step.failures + 1;
  step.rests_until_ms = clock_.steady_ms() + options_.rest_ms;
}

Result<Answer> Chain::infer(const Tensors& inputs) {
  if (steps_.empty()) return Error(Code::failed_precondition, "the chain has no way to go");
  Answer out;
  std::optional<Error> first;
  for (const auto& step : steps_) {
    if (rests(*step)) {
      out.passed.push_back(
          {step->way, cat("left alone after ", options_.rest_after, " failures in a row")});
      continue;
    }
    auto reply = step->answering(inputs);
    const bool callers = !reply.ok() && (reply.error().code() == Code::invalid_argument ||
                                         reply.error().code() == Code::cancelled);
    if (callers) return std::move(reply).error().in(cat("way ", name(step->way)));
    note(*step, reply.ok());
    if (reply.ok()) {
      static_cast<Reply&>(out) = std::move(*reply);
      out.way = step->way;
      return out;
    }
    out.passed.push_back({step->way, reply.error().brief()});
    if (!first) first = std::move(reply).error();
  }
  std::string all;
  for (const auto& one : out.passed)
    all += cat(all.empty() ? "" : "; ", name(one.way), ": ", one.why);
  return Error(first->code(), cat("no way of ", steps_.size(), " answered: ", all));
}

namespace {

/// One inference in the leased session.
Result<Reply> run_leased(const LiveModel::Lease& lease, const Tensors& inputs, int64_t most_ms) {
  Session& session = lease.session();
  if (inputs.size() != session.inputs())
    return Error(Code::invalid_argument,
                 cat(inputs.size(), " inputs are given, the model takes ", session.inputs()));
  TRY(session.plan());
  for (size_t i = 0; i < inputs.size(); ++i)
    TRY(session.set_input(i, std::span<const std::byte>(inputs[i])));
  TRY(session.run({.deadline_ms = most_ms}));
  Reply out;
  out.by = lease.loaded().file;
  for (size_t i = 0; i < session.outputs(); ++i) {
    const graph::Tensor& tensor = session.output(i);
    out.outputs.emplace_back(tensor.data, tensor.data + tensor.bytes);
    const auto dims = tensor.shape.dims();
    out.forms.push_back({std::string(session.signature().outputs[i].name),
                         tensor.type,
                         {dims.begin(), dims.end()}});
  }
  return out;
}

/// A model beside the one in use, loaded anew when what it is made of has changed.
struct Beside {
  std::mutex mutex;
  std::string path;
  LiveModel model;
};

/// The same model with other options; a sealed one from memory.
Result<std::shared_ptr<const Model>> load_again(const LiveModel::Loaded& loaded,
                                                const ModelOptions& options) {
  if (!loaded.file.sealed) return Model::load(loaded.file.path, options);
  return Model::load(loaded.memory.bytes().first(static_cast<size_t>(loaded.file.size)), options);
}

}  // namespace

Answering on_live(std::shared_ptr<LiveModel> live, int64_t most_ms) {
  return [live = std::move(live), most_ms](const Tensors& inputs) -> Result<Reply> {
    TRY_SET(const auto lease, live->lease());
    return run_leased(lease, inputs, most_ms);
  };
}

Answering on_slot(ModelManager& manager, std::string name, delivery::Slot slot, int64_t most_ms) {
  auto beside = std::make_shared<Beside>();
  return [&manager, name = std::move(name), slot, most_ms,
          beside](const Tensors& inputs) -> Result<Reply> {
    {
      const std::lock_guard lock(beside->mutex);
      TRY_SET(const std::string path, manager.path_of(name, slot));
      if (path != beside->path) {
        TRY_SET(auto loaded, manager.load(name, slot));
        beside->model.put(std::move(loaded));
        beside->path = path;
      }
      beside->model.free_retired();
    }
    TRY_SET(const auto lease, beside->model.lease());
    return run_leased(lease, inputs, most_ms);
  };
}

Answering on_delegate(std::shared_ptr<LiveModel> live, ModelOptions delegate, int64_t most_ms) {
  auto beside = std::make_shared<Beside>();
  return [live = std::move(live), delegate = std::move(delegate), most_ms,
          beside](const Tensors& inputs) -> Result<Reply> {
    {
      const std::lock_guard lock(beside->mutex);
      const auto now = live->now();
      if (now->file.path != beside->path) {
        TRY_SET(auto model, load_again(*now, delegate));
        auto loaded = std::make_shared<LiveModel::Loaded>();
        loaded->model = std::move(model);
        loaded->file = now->file;
        loaded->options = now->options;
        beside->model.put(std::move(loaded));
        beside->path = now->file.path;
      }
      beside->model.free_retired();
    }
    TRY_SET(const auto lease, beside->model.lease());
    return run_leased(lease, inputs, most_ms);
  };
}

}  // namespace samara::agent

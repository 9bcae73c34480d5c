// Open models and inferences.
#include <cstring>
#include <utility>

#include "base/text.h"
#include "fleet/agent/remote.h"
#include "fleet/device_capi/handles.h"

using namespace samara;  // NOLINT: the functions below are C's
using namespace samara::device_capi;
using agent::Tensors;
using agent::Way;

namespace {

constexpr int64_t kRemoteMs = 10'000;

/// The app's function as a way of a chain. Its messages are its own; the status says what it meant.
Result<agent::Reply> call_app(samara_callback_fn fn, void* user, const Tensors& inputs) {
  std::vector<samara_buffer> buffers;
  for (const auto& input : inputs) buffers.push_back({input.data(), input.size()});
  samara_answer answer;
  const samara_status status = fn(user, buffers.data(), buffers.size(), &answer);
  if (status == SAMARA_OK) return agent::Reply{std::move(answer.outputs)};
  const bool known = status > SAMARA_OK && status <= SAMARA_INTERNAL;
  return Error(known ? static_cast<Code>(static_cast<int>(status) - 1) : Code::internal,
               cat("the app's function returned ", samara_status_name(status)));
}

/// What the outputs of the version in use are.
std::vector<agent::TensorForm> forms_now(const samara_live_model& model) {
  const auto now = model.live->now();
  const auto signature = now->model->signature(now->options.signature);
  std::vector<agent::TensorForm> out;
  if (!signature.ok()) return out;
  for (const TensorInfo& t : (*signature)->outputs)
    out.push_back({std::string(t.name), t.type, t.shape});
  return out;
}

samara_tensor tensor_of(const char* title, Type type, const std::vector<int32_t>& shape) {
  samara_tensor out = {title, name(type).data(), 0, {}};
  for (const int32_t size : shape)
    if (out.dimensions < SAMARA_MOST_DIMENSIONS) out.shape[out.dimensions++] = size;
  return out;
}

void take(samara_answer& answer, agent::Reply reply) {
  answer.outputs = std::move(reply.outputs);
  answer.forms = std::move(reply.forms);
  if (!reply.by) return;
  std::vector<delivery::ModelFile> by;
  by.push_back(std::move(*reply.by));
  answer.by.reset(files_of(std::move(by)));
}

samara_status add_way(samara_live_model* model, Way way, agent::Answering answering) {
  model->chain.then(way, std::move(answering));
  model->has_ways = true;
  return SAMARA_OK;
}

}  // namespace

samara_status samara_device_open(samara_device* device, const char* model, samara_policy policy,
                                 samara_live_model** out) {
  if (!model || !out) return missing("the model's name or out");
  if (policy < SAMARA_LOCAL_MODEL || policy > SAMARA_LATEST_MODEL)
    return fail(SAMARA_INVALID_ARGUMENT, cat("there is no policy ", static_cast<int>(policy)));
  samara_device* found = nullptr;
  if (const samara_status status = find(device, &found); status != SAMARA_OK) return status;
  auto live = found->manager().open(model, static_cast<agent::Policy>(policy));
  if (!live.ok()) return status_of(live.error());
  auto opened = std::make_unique<samara_live_model>();
  opened->manager = &found->manager();
  opened->name = model;
  opened->live = std::move(*live);
  opened->http = found->device->http();
  *out = opened.release();
  return SAMARA_OK;
}

void samara_live_model_free(samara_live_model* model) { delete model; }

samara_status samara_live_model_file(samara_live_model* model, samara_files** out) {
  if (!model || !out) return missing("the model or out");
  return give(model->live->now()->file, out);
}

samara_status samara_live_model_tensors(samara_live_model* model, int outputs,
                                        samara_tensor* tensors, size_t room, size_t* count) {
  if (!model || !count || (!tensors && room > 0)) return missing("the model, tensors or count");
  const std::lock_guard lock(model->mutex);
  model->shown = model->live->now();
  model->names.clear();
  const auto signature = model->shown->model->signature(model->shown->options.signature);
  if (!signature.ok()) return status_of(signature.error());
  const auto& all = outputs ? (*signature)->outputs : (*signature)->inputs;
  *count = all.size();
  for (size_t i = 0; i < all.size() && i < room; ++i) {
    const char* title = model->names.emplace_back(all[i].name).c_str();
    tensors[i] = tensor_of(title, all[i].type, all[i].shape);
  }
  return SAMARA_OK;
}

const char* samara_way_name(samara_way way) {
  if (way < SAMARA_WAY_DELEGATE || way > SAMARA_WAY_REMOTE) return "unknown";
  return agent::name(static_cast<Way>(way)).data();
}

samara_status samara_live_model_then(samara_live_model* model, samara_way way) {
  if (!model) return missing("the model");
  switch (way) {
    case SAMARA_WAY_DELEGATE:
      return fail(SAMARA_UNSUPPORTED, "this build of the library has no delegate");
    case SAMARA_WAY_CPU:
      return add_way(model, Way::cpu, agent::on_live(model->live));
    case SAMARA_WAY_PREVIOUS:
      return add_way(model, Way::previous,
                     agent::on_slot(*model->manager, model->name, delivery::Slot::previous));
    case SAMARA_WAY_BUNDLED:
      return add_way(model, Way::bundled,
                     agent::on_slot(*model->manager, model->name, delivery::Slot::bundled));
    default:
      return fail(SAMARA_INVALID_ARGUMENT,
                  cat("way ", samara_way_name(way), " has a function of its own, or is none"));
  }
}

samara_status samara_live_model_then_callback(samara_live_model* model, samara_callback_fn fn,
                                              void* user) {
  if (!model || !fn) return missing("the model or the function");
  return add_way(model, Way::callback,
                 [fn, user](const Tensors& inputs) { return call_app(fn, user, inputs); });
}

samara_status samara_live_model_then_remote(samara_live_model* model, const char* url,
                                            const char* authorization, int64_t most_ms) {
  if (!model || !url) return missing("the model or the address");
  const auto now = model->live->now();
  auto remote = agent::remote_of(*now->model, url, now->options.signature);
  if (!remote.ok()) return status_of(remote.error());
  if (authorization) remote->headers.push_back({"Authorization", authorization});
  remote->most_ms = most_ms > 0 ? most_ms : kRemoteMs;
  remote->ca_file = model->http.ca_file;
  remote->proxy = model->http.proxy;
  return add_way(model, Way::remote, agent::on_remote(std::move(*remote)));
}

samara_status samara_live_model_run(samara_live_model* model, const samara_buffer* inputs,
                                    size_t count, samara_answer** out) {
  if (!model || !out || (!inputs && count > 0)) return missing("the model, inputs or out");
  Tensors tensors(count);
  for (size_t i = 0; i < count; ++i) {
    if (!inputs[i].data && inputs[i].size > 0) return missing("the data of an input");
    tensors[i].resize(inputs[i].size);
    if (inputs[i].size > 0) std::memcpy(tensors[i].data(), inputs[i].data, inputs[i].size);
  }
  auto answer = std::make_unique<samara_answer>();
  if (model->has_ways) {
    auto found = model->chain.infer(tensors);
    if (!found.ok()) return status_of(found.error());
    answer->way = found->way;
    answer->why = found->explain();
    take(*answer, std::move(*found));
  } else {
    auto found = agent::on_live(model->live)(tensors);
    if (!found.ok()) return status_of(found.error());
    answer->why = "answered by cpu";
    take(*answer, std::move(*found));
  }
  if (answer->forms.empty()) answer->forms = forms_now(*model);
  *out = answer.release();
  return SAMARA_OK;
}

void samara_answer_add(samara_answer* answer, const void* data, size_t size) {
  auto& output = answer->outputs.emplace_back(size);
  if (size > 0) std::memcpy(output.data(), data, size);
}

size_t samara_answer_count(const samara_answer* answer) {
  return answer ? answer->outputs.size() : 0;
}

samara_buffer samara_answer_output(const samara_answer* answer, size_t i) {
  if (i >= samara_answer_count(answer)) return {nullptr, 0};
  return {answer->outputs[i].data(), answer->outputs[i].size()};
}

samara_way samara_answer_way(const samara_answer* answer) {
  return answer ? static_cast<samara_way>(answer->way) : SAMARA_WAY_CPU;
}

const samara_file* samara_answer_file(const samara_answer* answer) {
  return answer ? samara_files_at(answer->by.get(), 0) : nullptr;
}

samara_status samara_answer_tensor(const samara_answer* answer, size_t i, samara_tensor* out) {
  if (!answer || !out) return missing("the answer or out");
  if (i >= answer->forms.size() || i >= answer->outputs.size())
    return fail(SAMARA_NOT_FOUND,
                cat("nothing is known of output ", i, " of ", answer->outputs.size()));
  const agent::TensorForm& form = answer->forms[i];
  *out = tensor_of(form.name.c_str(), form.type, form.shape);
  return SAMARA_OK;
}

const char* samara_answer_why(const samara_answer* answer) {
  return answer ? answer->why.c_str() : "";
}

void samara_answer_free(samara_answer* answer) { delete answer; }

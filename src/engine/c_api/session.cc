// Sessions.
#include "base/text.h"
#include "engine/c_api/handles.h"
#include "engine/c_api/settings.h"

using namespace samara;  // NOLINT: the functions below are C's
using namespace samara::c_api;

namespace {

enum class Side { input, output };

/// The tensor meant, or why there is none.
samara_error* find(const samara_session* session, Side side, size_t i, const graph::Tensor** out) {
  if (!session) return missing("session");
  const Session& s = *session->session;
  const bool inputs = side == Side::input;
  const size_t count = inputs ? s.inputs() : s.outputs();
  if (i >= count)
    return failed(Code::invalid_argument, cat("there is no ", inputs ? "input " : "output ", i,
                                              "; the signature has ", count));
  *out = inputs ? &s.input(i) : &s.output(i);
  return nullptr;
}

samara_error* describe(const samara_session* session, Side side, size_t i, samara_tensor* out) {
  if (!out) return missing("out");
  const graph::Tensor* t = nullptr;
  if (samara_error* error = find(session, side, i, &t)) return error;
  const auto& names = side == Side::input ? session->input_names : session->output_names;
  *out = {names[i].c_str(), name(t->type).data(), t->shape.rank(), {}};
  for (int d = 0; d < t->shape.rank(); ++d) out->shape[d] = t->shape[d];
  return nullptr;
}

samara_error* quantization(const samara_session* session, Side side, size_t i,
                           samara_quantization* out) {
  if (!out) return missing("out");
  const graph::Tensor* t = nullptr;
  if (samara_error* error = find(session, side, i, &t)) return error;
  *out = {t->quant.scales.data(), t->quant.zero_points.data(), t->quant.scales.size(),
          t->quant.axis};
  return nullptr;
}

/// Output i after a run.
samara_error* find_result(const samara_session* session, size_t i, const graph::Tensor** out) {
  if (samara_error* error = find(session, Side::output, i, out)) return error;
  if (session->has_run) return nullptr;
  return failed(Code::failed_precondition,
                cat("output ", i, " has no value: no run has ended well since the last new shape"));
}

/// Tells C of every operator.
class Teller final : public graph::Observer {
 public:
  explicit Teller(const samara_run& how) : how_(how) {}
  void after(const graph::NodeInfo& node, const graph::Operands&, int64_t nanoseconds) override {
    op_ = node.op;
    name_ = node.name;
    const samara_node told = {node.subgraph, node.index, op_.c_str(), name_.c_str(), nanoseconds};
    how_.on_node(how_.user, &told);
  }

 private:
  const samara_run& how_;
  std::string op_, name_;
};

}  // namespace

samara_error* samara_session_new(const samara_model* model, samara_pool* pool,
                                 const samara_setting* settings, size_t count,
                                 samara_session** out) {
  if (!model || !out || (!settings && count > 0)) return missing("model, settings or out");
  SessionOptions options;
  if (const Status status = apply({settings, count}, options); !status.ok())
    return failed(status.error());
  if (pool) options.pool = pool->pool;
  auto session = Session::create(model->model, options);
  if (!session.ok()) return failed(session.error());
  auto made = std::make_unique<samara_session>();
  made->session = std::move(*session);
  for (const TensorInfo& t : made->session->signature().inputs)
    made->input_names.emplace_back(t.name);
  for (const TensorInfo& t : made->session->signature().outputs)
    made->output_names.emplace_back(t.name);
  *out = made.release();
  return nullptr;
}

void samara_session_free(samara_session* session) { delete session; }

size_t samara_session_inputs(const samara_session* session) {
  return session ? session->session->inputs() : 0;
}

size_t samara_session_outputs(const samara_session* session) {
  return session ? session->session->outputs() : 0;
}

samara_error* samara_session_input(const samara_session* session, size_t i, samara_tensor* out) {
  return describe(session, Side::input, i, out);
}

samara_error* samara_session_output(const samara_session* session, size_t i, samara_tensor* out) {
  return describe(session, Side::output, i, out);
}

samara_error* samara_session_input_quantization(const samara_session* session, size_t i,
                                                samara_quantization* out) {
  return quantization(session, Side::input, i, out);
}

samara_error* samara_session_output_quantization(const samara_session* session, size_t i,
                                                 samara_quantization* out) {
  return quantization(session, Side::output, i, out);
}

samara_error* samara_session_resize(samara_session* session, size_t i, const int32_t* shape,
                                    int dimensions) {
  if (!session || (!shape && dimensions > 0)) return missing("session or shape");
  if (dimensions < 0 || dimensions > SAMARA_MOST_DIMENSIONS)
    return failed(Code::invalid_argument,
                  cat(dimensions, " dimensions, of at most ", SAMARA_MOST_DIMENSIONS));
  session->has_run = false;
  return error_of(session->session->resize(i, {shape, static_cast<size_t>(dimensions)}));
}

samara_error* samara_session_input_data(samara_session* session, size_t i, void** data,
                                        size_t* size) {
  if (!session || !data || !size) return missing("session, data or size");
  const auto memory = session->session->input_data(i);
  if (!memory.ok()) return failed(memory.error());
  *data = memory->data();
  *size = memory->size();
  return nullptr;
}

samara_error* samara_session_output_data(const samara_session* session, size_t i, const void** data,
                                         size_t* size) {
  if (!data || !size) return missing("data or size");
  const graph::Tensor* t = nullptr;
  if (samara_error* error = find_result(session, i, &t)) return error;
  *data = t->data;
  *size = t->bytes;
  return nullptr;
}

samara_error* samara_session_set_strings(samara_session* session, size_t i,
                                         const samara_bytes* texts, size_t count) {
  if (!session || (!texts && count > 0)) return missing("session or texts");
  std::vector<std::string> copies;
  for (const samara_bytes& text : std::span(texts, count)) {
    if (!text.data && text.size > 0) return missing("a text's data");
    copies.emplace_back(static_cast<const char*>(text.data), text.size);
  }
  return error_of(session->session->set_input(i, copies));
}

samara_error* samara_session_strings(samara_session* session, size_t i, const samara_bytes** texts,
                                     size_t* count) {
  if (!texts || !count) return missing("texts or count");
  const graph::Tensor* t = nullptr;
  if (samara_error* error = find_result(session, i, &t)) return error;
  auto strings = session->session->output_strings(i);
  if (!strings.ok()) return failed(strings.error());
  session->strings = std::move(*strings);
  session->string_views.clear();
  for (const std::string& s : session->strings)
    session->string_views.push_back({s.data(), s.size()});
  *texts = session->string_views.data();
  *count = session->string_views.size();
  return nullptr;
}

samara_error* samara_session_run(samara_session* session, const samara_run* how) {
  if (!session) return missing("session");
  const samara_run all = how ? *how : samara_run{};
  if (all.deadline_ms < 0)
    return failed(Code::invalid_argument, cat("a deadline of ", all.deadline_ms, " ms"));
  Teller teller(all);
  const Status status =
      session->session->run({.deadline_ms = all.deadline_ms,
                             .cancel = all.cancellation ? &all.cancellation->cancelled : nullptr,
                             .observer = all.on_node ? &teller : nullptr});
  session->has_run = status.ok();
  return error_of(status);
}

samara_cancellation* samara_cancellation_new(void) { return new samara_cancellation; }

void samara_cancellation_cancel(samara_cancellation* cancellation) {
  if (cancellation) cancellation->cancelled.store(true, std::memory_order_relaxed);
}

void samara_cancellation_free(samara_cancellation* cancellation) { delete cancellation; }

samara_error* samara_session_reset(samara_session* session) {
  if (!session) return missing("session");
  return error_of(session->session->reset_variables());
}

samara_memory samara_session_memory(const samara_session* session) {
  if (!session) return {};
  const PlanReport report = session->session->report();
  return {report.arena_bytes, report.constant_bytes, report.packed_bytes};
}

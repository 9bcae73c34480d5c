// Errors, models and pools.
#include "base/text.h"
#include "engine/c_api/handles.h"
#include "engine/c_api/settings.h"

namespace samara::c_api {
namespace {

static_assert(static_cast<int>(Code::invalid_argument) + 1 == SAMARA_INVALID_ARGUMENT);
static_assert(static_cast<int>(Code::not_found) + 1 == SAMARA_NOT_FOUND);
static_assert(static_cast<int>(Code::internal) + 1 == SAMARA_INTERNAL);

/// Loads by what `load` makes of the options.
template <class F>
samara_error* load(const samara_setting* settings, size_t count, samara_model** out, F&& how) {
  if (!out || (!settings && count > 0)) return missing("out or settings");
  ModelOptions options;
  if (const Status status = apply({settings, count}, options); !status.ok())
    return failed(status.error());
  auto model = how(options);
  if (!model.ok()) return failed(model.error());
  auto made = std::make_unique<samara_model>();
  made->model = std::move(*model);
  for (const SignatureInfo& s : made->model->signatures()) made->keys.emplace_back(s.key);
  *out = made.release();
  return nullptr;
}

}  // namespace

samara_error* failed(Code code, std::string text) {
  return new samara_error{code, std::move(text)};
}

samara_error* failed(const Error& error) { return failed(error.code(), error.brief()); }

samara_error* missing(const char* what) {
  return failed(Code::invalid_argument, cat(what, " is null"));
}

}  // namespace samara::c_api

using namespace samara;  // NOLINT: the functions below are C's
using namespace samara::c_api;

samara_status samara_error_status(const samara_error* error) {
  return error ? static_cast<samara_status>(static_cast<int>(error->code) + 1) : SAMARA_OK;
}

const char* samara_error_name(const samara_error* error) {
  return error ? name(error->code).data() : "ok";
}

const char* samara_error_text(const samara_error* error) {
  return error ? error->text.c_str() : "";
}

void samara_error_free(samara_error* error) { delete error; }

samara_error* samara_model_load(const char* path, const samara_setting* settings, size_t count,
                                samara_model** out) {
  if (!path) return missing("path");
  return load(settings, count, out,
              [&](const ModelOptions& options) { return Model::load(path, options); });
}

samara_error* samara_model_load_bytes(const void* data, size_t size, const samara_setting* settings,
                                      size_t count, samara_model** out) {
  if (!data && size > 0) return missing("data");
  return load(settings, count, out, [&](const ModelOptions& options) {
    return Model::load(std::span(static_cast<const std::byte*>(data), size), options);
  });
}

void samara_model_free(samara_model* model) { delete model; }

size_t samara_model_signatures(const samara_model* model) { return model ? model->keys.size() : 0; }

const char* samara_model_signature(const samara_model* model, size_t i) {
  return i < samara_model_signatures(model) ? model->keys[i].c_str() : nullptr;
}

samara_error* samara_pool_new(int threads, samara_pool** out) {
  if (!out) return missing("out");
  auto pool = ThreadPool::create({.threads = threads});
  if (!pool.ok()) return failed(pool.error());
  *out = new samara_pool{std::move(*pool)};
  return nullptr;
}

void samara_pool_free(samara_pool* pool) { delete pool; }

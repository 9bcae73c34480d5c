// What the opaque types of samara/c/engine.h hold.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "samara/c/engine.h"
#include "samara/runtime/session.h"

struct samara_error {
  samara::Code code;
  std::string text;
};

struct samara_model {
  std::shared_ptr<const samara::Model> model;
  std::vector<std::string> keys;
};

struct samara_pool {
  std::shared_ptr<samara::ThreadPool> pool;
};

struct samara_session {
  std::unique_ptr<samara::Session> session;
  std::vector<std::string> input_names, output_names;
  std::vector<std::string> strings;
  std::vector<samara_bytes> string_views;
  bool has_run = false;  // outputs are those of a run over the inputs' present shapes
};

struct samara_cancellation {
  std::atomic<bool> cancelled = false;
};

namespace samara::c_api {

samara_error* failed(const Error& error);
samara_error* failed(Code code, std::string text);
/// A pointer that must not be null is.
samara_error* missing(const char* what);
/// NULL, or the error.
template <class T>
samara_error* error_of(const Result<T>& result) {
  return result.ok() ? nullptr : failed(result.error());
}

}  // namespace samara::c_api

// The flags that every command with a model has, and what they make: Model and Session.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cli/args/args.h"
#include "samara/base/result.h"
#include "samara/runtime/session.h"

namespace samara::cli {

struct ModelFlags {
  std::string model;
  std::vector<std::string> ops_libraries;
  std::string numerics = "xnnpack";
  std::string signature;
  std::string extract_dir;
  std::string weight_cache;
  int64_t weight_cache_mb = 1024;
  int64_t extract_limit_mb = 4096;
  bool map_weights = false;
  int64_t threads = 1;
  int64_t max_arena_mb = 0;
  int64_t time_limit_ms = 0;
  int64_t loop_limit = 0;
};

/// Declares all of them but the model itself, which commands name in their own way.
void declare_model_flags(Args& args, ModelFlags& flags);

Result<ModelOptions> model_options(const ModelFlags& flags);
SessionOptions session_options(const ModelFlags& flags);
Result<std::shared_ptr<const Model>> load_model(const ModelFlags& flags);

/// "float32 [1, 224, 224, 3]"
std::string describe(Type type, std::span<const int32_t> shape);

}  // namespace samara::cli

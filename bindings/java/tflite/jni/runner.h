// What runs an interpreter of Java's: the engine itself or, where delegates of others are to take part,
// the C API, which knows them.
#pragma once

#include <jni.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "samara/runtime/interpreter.h"

namespace samara::tflite_java {

class Runner {
 public:
  virtual ~Runner() = default;
  virtual Result<graph::Tensor> tensor(int subgraph, int32_t index) const = 0;
  virtual Status resize(int subgraph, int32_t tensor, std::span<const int32_t> shape) = 0;
  virtual Status plan(int subgraph) = 0;
  virtual bool planned(int subgraph) const = 0;
  virtual Status set_strings(int subgraph, int32_t tensor,
                             std::span<const std::string> strings) = 0;
  virtual Status run(int subgraph, const RunOptions& options) = 0;
  virtual Status reset_variables() = 0;
  /// Whether a delegate holds the tensor, so that Java need not give or take it.
  virtual bool held_by_delegate(int32_t) const { return false; }
};

struct LoadedModel;

Result<std::unique_ptr<Runner>> run_by_engine(const std::shared_ptr<const Model>& model,
                                              int threads);
/// `delegates` are addresses of TfLiteDelegates. Errors: unavailable (one cannot be applied).
Result<std::unique_ptr<Runner>> run_with_delegates(const LoadedModel& model, int threads,
                                                   const std::vector<jlong>& delegates);

}  // namespace samara::tflite_java

// Whether this device can run a model: asked of the engine before a delivered file comes in use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "samara/base/result.h"
#include "samara/runtime/model.h"
#include "samara/runtime/session.h"

namespace samara::agent {

/// Inputs with the outputs that a good model gives for them, as bytes in the order of the signature.
struct Golden {
  std::vector<std::vector<std::byte>> inputs;
  std::vector<std::vector<std::byte>> outputs;
  /// Most difference of a float from the golden one; other types must be equal.
  double tolerance = 1e-4;
  /// Most time for one inference, in milliseconds; 0: any.
  int64_t most_ms = 0;
};

/// What the engine must find before a model is taken.
struct ModelCheck {
  ModelOptions model = {};
  SessionOptions session = {};
  std::vector<Golden> golden = {};
  /// As in golden.h: what the publisher signed with the version; empty: nothing.
  std::string golden_text = {};
  /// Most time for one inference on golden inputs, after which the model is taken for one that hangs.
  int64_t most_run_ms = 60'000;
  /// Whether the golden inputs that lie in the model itself are run, too.
  bool own_golden = true;
};

/// Plans the model on this device, and runs the golden inputs.
///
/// Errors   those of Model::load, Session::create and read_golden
///          failed_precondition  an output differs from the golden one, or takes too long
Status check_model(const std::shared_ptr<const Model>& model, const ModelCheck& check);
/// The same of a file.
Result<std::shared_ptr<const Model>> check_model(const std::string& path, const ModelCheck& check);

}  // namespace samara::agent

// Fallback: one inference, answered by the first of several ways that can: a delegate, the CPU, the
// model before this one or the bundled one, the app's own rules, an endpoint elsewhere. The answer
// says which way it came and why the ways before it were passed over.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "fleet/agent/model_manager.h"

namespace samara::agent {

enum class Way : uint8_t { delegate, cpu, previous, bundled, callback, remote };
std::string_view name(Way way);

/// Tensors as bytes, in the order of the signature.
using Tensors = std::vector<std::vector<std::byte>>;

struct TensorForm {
  std::string name;
  Type type = Type::f32;
  std::vector<int32_t> shape;
};

/// What one way gives.
struct Reply {
  Tensors outputs;
  /// What they are; empty: nobody knows but the app, whose function gave them.
  std::vector<TensorForm> forms = {};
  /// The version that gave them; none: the app's function or an endpoint did.
  std::optional<ModelFile> by = {};
};
using Answering = std::function<Result<Reply>(const Tensors& inputs)>;

struct Answer : Reply {
  struct Passed {
    Way way;
    std::string why;
  };
  Way way = Way::cpu;
  std::vector<Passed> passed = {};  // in the order of the chain
  /// "answered by the bundled model; delegate: the driver was lost; cpu: ..."
  std::string explain() const;
};

class Chain {
 public:
  struct Options {
    int rest_after = 3;        // failures in a row after which a way is left alone ...
    int64_t rest_ms = 60'000;  // ... for so long; the last way of a chain never rests
    Clock* clock = nullptr;    // null: the system's
  };
  Chain() : Chain(Options{}) {}
  explicit Chain(const Options& options);
  ~Chain();

  /// The next way to go. All are named before the first infer().
  Chain& then(Way way, Answering answering);

  /// Errors   failed_precondition  the chain is empty
  ///          invalid_argument     the inputs do not fit: no other way is tried
  ///          cancelled            likewise
  ///          the first way's      all failed; the text says why each did
  /// Threads  any, as far as the ways can
  Result<Answer> infer(const Tensors& inputs);

 private:
  struct Step;
  bool rests(const Step& step) const;
  void note(Step& step, bool well);

  Options options_;
  Clock& clock_;
  std::vector<std::unique_ptr<Step>> steps_;
  mutable std::mutex mutex_;  // of what the steps remember
};

/// The model that is in use, on the CPU, as it is swapped. most_ms 0: no limit.
Answering on_live(std::shared_ptr<LiveModel> live, int64_t most_ms = 0);
/// A slot of the store, loaded when it is first needed; the manager outlives it.
Answering on_slot(ModelManager& manager, std::string name, delivery::Slot slot,
                  int64_t most_ms = 0);
/// The model that is in use, with a delegate's operators in the place of the CPU's.
Answering on_delegate(std::shared_ptr<LiveModel> live, ModelOptions delegate, int64_t most_ms = 0);

}  // namespace samara::agent

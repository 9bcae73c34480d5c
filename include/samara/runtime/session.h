// Session: shapes, memory plan and state of one user of a Model. Cheap; one thread at a time each.
#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "samara/graph/observer.h"
#include "samara/runtime/model.h"

namespace samara {

struct SessionOptions {
  /// Threads of a pool of the session's own; ignored where `pool` is given. 1..1024.
  int threads = 1;
  std::vector<int> affinity = {};            // CPU numbers for the own pool's workers
  std::shared_ptr<ThreadPool> pool = {};     // shared among sessions
  std::string signature = {};                // "" is the model's first
  uint64_t arena_limit = uint64_t{1} << 40;  // bytes of activations and scratch; beyond: refused
  bool poison = false;                       // debug: fills freed memory, so stale reads show
  uint32_t loop_limit = 0;                   // most iterations of one WHILE; 0: none
  int64_t time_limit_ms = 0;                 // wall time of one plan() or run(); 0: none
};

struct RunOptions {
  /// Wall time, checked between operators and between the pieces that threads share of one; 0: the
  /// session's time limit.
  int64_t deadline_ms = 0;
  const std::atomic<bool>* cancel = nullptr;  // true stops the run, at the same places
  graph::Observer* observer = nullptr;
};

/// One line of the memory plan.
struct PlannedTensor {
  int subgraph = 0, index = 0;
  std::string_view name;
  uint64_t offset = 0, bytes = 0;
  int first_node = 0, last_node = 0;  // lifetime, by place in the run order
  int shares_with = -1;               // tensor whose memory it took over in place
};
struct PlannedNode {
  int subgraph = 0, index = 0;
  std::string_view op;
  std::string kernel;  // "int8 gemm_i8_avx512vnni": by type and CPU; "" where there is one only
  std::string_view runs_on = "cpu";
  std::string_view note;  // "folded", "deferred: output shape depends on data"
  std::string refused;    // why it cannot run; "": it runs. Only of Session::explain()
};
struct PlanReport {
  uint64_t arena_bytes = 0;
  uint64_t constant_bytes = 0;  // weights in place, mapped or read
  uint64_t packed_bytes = 0;    // packed forms and folded constants
  uint64_t mapped_bytes = 0;    // of those, the ones in the weight cache's file
  /// What became of the weight cache: "read", "written", or why it was not; "" where there is none.
  std::string weight_cache;
  std::vector<PlannedTensor> tensors;
  std::vector<PlannedNode> nodes;
};

class SAMARA_API Session {
 public:
  /// Plans for the shapes in the model where they are known.
  ///
  /// Errors   not_found (signature), invalid_argument (threads), resource_exhausted (arena_limit), deadline_exceeded,
  ///          invalid_model (shapes do not fit; the text names operator and tensor)
  static Result<std::unique_ptr<Session>> create(std::shared_ptr<const Model> model,
                                                 const SessionOptions& = {});
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const Model& model() const;
  const SignatureInfo& signature() const;
  size_t inputs() const;
  size_t outputs() const;
  /// Position among the signature's inputs or outputs. Errors: not_found (the text lists names).
  Result<size_t> input_index(std::string_view name) const;
  Result<size_t> output_index(std::string_view name) const;

  /// Gives input i a new shape; takes effect with plan(), or with run() which plans if needed.
  /// Errors: invalid_argument (no such input, rank or fixed dimension differs, negative, too large)
  Status resize(size_t input, std::span<const int32_t> shape);
  Status plan();

  /// The tensor's present form. Memory of inputs is valid from plan() to the next resize or plan;
  /// of outputs from the end of run() to the next call.
  const graph::Tensor& input(size_t i) const;
  const graph::Tensor& output(size_t i) const;
  /// Copies bytes into input i. Errors: invalid_argument (size differs, string tensor).
  Status set_input(size_t i, std::span<const std::byte> bytes);
  Status set_input(size_t i, std::span<const std::string> strings);
  template <class T>
  Status set_input(size_t i, std::span<const T> values) {
    return set_input(i, std::as_bytes(values));
  }
  /// Writable memory of input i, planning first where needed. Not for strings.
  Result<std::span<std::byte>> input_data(size_t i);
  Result<std::vector<std::string>> output_strings(size_t i) const;

  /// Runs one inference over the inputs now set and fills the outputs.
  ///
  /// Shapes   inputs as last given to resize(), else as in the model
  /// Units    deadline_ms: milliseconds of wall time; 0 is none
  /// Errors   invalid_argument (an index or value in the inputs is out of range), cancelled,
  ///          deadline_exceeded, resource_exhausted, data_loss (mapped weights were truncated)
  /// Threads  one call at a time per Session; Sessions of one Model may run at once
  /// Memory   takes none from the heap while shapes stay as they are
  Status run(const RunOptions& = {});
  void run_async(RunOptions, Executor executor, std::function<void(Status)> done);
  std::future<Status> run_async(RunOptions, Executor executor);

  /// Sets variable tensors (LSTM state ...) back to their initial value, empties key-value caches.
  Status reset_variables();
  PlanReport report() const;
  /// The plan of a model that need not be able to run here: every node, whatever becomes of the
  /// others, with its kernel or with why there is none. Nodes behind one that is refused, and those
  /// of subgraphs that nobody calls, are judged by their types alone.
  ///
  /// Errors   those of Model::load() and create() that concern no single node
  /// Memory   the report's names are views into `file`
  static Result<PlanReport> explain(std::shared_ptr<const schema::ModelFile> file,
                                    const ModelOptions& = {}, const SessionOptions& = {});

  struct Impl;
  explicit Session(std::unique_ptr<Impl> impl);

 private:
  std::unique_ptr<Impl> impl_;
};

/// Splits TensorFlow Lite's packed string form (count, offsets, bytes); checks every offset.
SAMARA_API Result<std::vector<std::string_view>> unpack_strings(std::span<const std::byte> packed);
/// Joins strings to the packed form, which holds less than 2 GiB.
SAMARA_API std::vector<std::byte> pack_strings(std::span<const std::string> strings);

}  // namespace samara

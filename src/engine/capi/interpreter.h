// Interpreter: what a TfLiteInterpreter is, over one graph::Execution for all its subgraphs.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "engine/capi/options.h"
#include "engine/graph/execution.h"
#include "engine/graph/frame.h"
#include "engine/tflite_abi/context.h"
#include "samara/runtime/model.h"

/// A verified file. The engine's Model is made with the first interpreter, and is shared by all that
/// bring no operators or delegates of their own.
struct TfLiteModel {
  std::shared_ptr<const samara::schema::ModelFile> file;
  samara::capi::Reporter reporter;
  mutable std::mutex guard;
  mutable std::shared_ptr<const samara::Model> plain;
};

namespace samara::capi {

class Interpreter {
 public:
  /// `selected`: with the options' operators alone.
  static Result<std::shared_ptr<Interpreter>> create(const TfLiteModel& model,
                                                     const TfLiteInterpreterOptions* options,
                                                     bool selected);
  ~Interpreter();

  /// Runs `work` unless another call is in progress, and reports its error.
  TfLiteStatus guarded(FunctionRef<Status()> work) const;
  Status resize(int subgraph, int32_t tensor, std::span<const int32_t> shape);
  Status allocate(int subgraph);
  Status invoke(int subgraph);
  Status modify(TfLiteDelegate* delegate);
  Status set_memory(int32_t tensor, const TfLiteCustomAllocation& memory, bool check_alignment);
  void reset_variables();
  TfLiteStatus cancel() const;

  const schema::ModelFile& file() const { return *file_; }
  const schema::Subgraph& subgraph(int i) const { return file_->subgraphs()[size_t(i)]; }
  tflite_abi::Context& context(int subgraph) const { return *shared_.contexts[size_t(subgraph)]; }
  TfLiteTensor* tensor(int subgraph, int64_t index) const {
    return context(subgraph).tensors().get(index);
  }
  std::span<const int32_t> variables() const { return context(0).variables(); }
  tflite_abi::Shared& shared() { return shared_; }
  void report(const std::string& text) const { options_.reporter(text); }

  /// A signature's names, sorted, and their tensors.
  struct Signature {
    std::string key;
    int subgraph = 0;
    std::vector<std::pair<std::string, int32_t>> inputs, outputs;
  };
  std::span<const Signature> signatures() const { return signatures_; }

 private:
  /// The caller's memory, or what the tensor had before a delegate was given up.
  struct Memory {
    char* data = nullptr;
    size_t bytes = 0;
    bool callers = true;
  };
  struct State {
    std::vector<graph::Shape> shapes;  // of the subgraph's inputs
    bool planned = false;
    std::vector<int32_t> moving;       // tensors whose data only the run places
    std::map<int32_t, Memory> memory;  // by tensor
  };

  Interpreter(const TfLiteModel& model, const TfLiteInterpreterOptions& options);
  Status open(const TfLiteModel& model, bool selected);
  Status bind_operators(bool selected);
  Status build(const TfLiteModel* model);
  Status apply(TfLiteDelegate* delegate);
  Status plan(int subgraph);
  Status give_strings(int subgraph);
  Status place_memory(int subgraph);
  Status run(int subgraph);
  Status without_failed(const Status& why);
  Status rebuild();
  void keep_memory(graph::Execution& old);
  void show(int subgraph);
  Status show_again(int subgraph);
  void show_results(int subgraph);
  graph::Frame& frame(int subgraph) { return execution_->outermost(subgraph); }
  bool may_fall_back() const { return options_.delegate_fallback && shared_.failed != nullptr; }

  TfLiteInterpreterOptions options_;
  std::shared_ptr<const schema::ModelFile> file_;
  std::shared_ptr<ThreadPool> pool_;
  tflite_abi::Shared shared_;
  std::shared_ptr<const Model> model_;
  std::unique_ptr<graph::Execution> execution_;
  // What ran before a delegate was given up: callers may hold pointers to its memory.
  struct Retired {
    std::shared_ptr<const Model> model;
    std::unique_ptr<graph::Execution> execution;
  };
  std::vector<Retired> retired_;
  std::vector<State> states_;
  std::vector<Signature> signatures_;
  mutable std::atomic<bool> busy_ = false, cancelled_ = false;
};

/// The number of threads that one of our own stand-ins for a delegate asks for; 0: another delegate.
int mapped_threads(const TfLiteDelegate& delegate);
bool is_mapped(const TfLiteDelegate& delegate);

}  // namespace samara::capi

// Handles share the interpreter, so that a runner outlives the interpreter that it came from.
struct TfLiteInterpreter {
  std::shared_ptr<samara::capi::Interpreter> it;
};
struct TfLiteSignatureRunner {
  std::shared_ptr<samara::capi::Interpreter> it;
  const samara::capi::Interpreter::Signature* signature = nullptr;
};

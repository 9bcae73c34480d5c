// Interpreter: a model as TensorFlow Lite's own interpreters show it, every tensor of every subgraph
// by number, each subgraph to be planned and run by itself. Programs of one signature want Session.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "samara/runtime/session.h"

namespace samara {

struct InterpreterOptions {
  /// As a Session's; `signature` is ignored.
  SessionOptions session = {};
  /// Keep what every node gives until the next run, in memory of its own: slow, for looking at it.
  bool keep_all = false;
};

class SAMARA_API Interpreter {
 public:
  /// Errors   invalid_argument (no model, threads), resource_exhausted
  static Result<std::unique_ptr<Interpreter>> create(std::shared_ptr<const Model> model,
                                                     const InterpreterOptions& = {});
  ~Interpreter();
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  const Model& model() const;

  /// Gives an input of a subgraph a new shape, of any rank; takes effect with plan().
  ///
  /// Errors   invalid_argument (no such subgraph or input, a constant, negative, too large)
  Status resize(int subgraph, int tensor, std::span<const int32_t> shape);
  /// Shapes and memory of a subgraph for its inputs' shapes; nothing to do where these are as they
  /// were. What is planned anew begins with its variables reset.
  ///
  /// Errors   invalid_model (shapes do not fit), resource_exhausted, deadline_exceeded
  Status plan(int subgraph);
  bool planned(int subgraph) const;

  /// A tensor's present form; `data` is null where it has no value: before plan(), and what the run
  /// has overwritten meanwhile unless `keep_all` is set.
  ///
  /// Errors   invalid_argument (no such subgraph or tensor)
  /// Memory   valid until the next resize, plan, run or set of the same interpreter
  Result<graph::Tensor> tensor(int subgraph, int tensor) const;
  /// Whether the tensor's memory may be another after the next run: what only the run sizes or keeps.
  bool moves(int subgraph, int tensor) const;
  /// Gives a string input its strings, as many as its shape says.
  /// Errors: invalid_argument; failed_precondition (not planned)
  Status set_strings(int subgraph, int tensor, std::span<const std::string> strings);

  /// Runs a subgraph over the inputs now set.
  ///
  /// Errors   failed_precondition (not planned); those of Session::run
  /// Threads  one call at a time per Interpreter; Interpreters of one Model may run at once
  Status run(int subgraph, const RunOptions& = {});
  /// Sets variable tensors back to their initial value, empties key-value caches.
  Status reset_variables();

  struct Impl;
  explicit Interpreter(std::unique_ptr<Impl> impl);

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace samara

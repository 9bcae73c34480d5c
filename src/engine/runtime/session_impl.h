#pragma once

#include <memory>
#include <vector>

#include "engine/graph/execution.h"
#include "samara/runtime/session.h"

namespace samara {

/// The pool that the options name, else one of the session's own. Errors: invalid_argument.
Result<std::shared_ptr<ThreadPool>> pool_for(const SessionOptions& options);
graph::Execution::Options execution_options(const SessionOptions& options, ThreadPool& pool);
/// Plans the frame; then what was packed is kept in the weight cache, and mapped weights give their
/// memory back.
Status plan_frame(const Model& model, graph::Execution& execution, graph::Frame& frame,
                  std::span<const Shape> shapes, int64_t limit_ms);
/// Runs a planned frame under the caller's controls. Errors: as Session::run.
Status run_frame(const Model& model, graph::Execution& execution, graph::Frame& frame,
                 const RunOptions& options, int64_t limit_ms);
/// The packed form of an input's strings; `what` names it. Errors: invalid_argument.
Result<std::vector<std::byte>> pack_input(std::span<const std::string> strings,
                                          const graph::Tensor& t, const std::string& what);

struct Session::Impl {
  std::shared_ptr<const Model> model;
  const SignatureInfo* signature = nullptr;
  std::shared_ptr<ThreadPool> pool;
  std::unique_ptr<graph::Execution> execution;
  graph::Frame* frame = nullptr;
  // By place among the subgraph's inputs, which may be more than the signature names.
  std::vector<Shape> shapes;
  std::vector<std::vector<std::byte>> strings;  // packed; empty: not given yet
  std::vector<size_t> places;                   // of the signature's inputs among those
  int64_t time_limit_ms = 0;
  bool planned = false;

  Status open(std::shared_ptr<const Model> of, const SignatureInfo& which,
              const SessionOptions& options);
  Status plan(int64_t limit_ms);
};

}  // namespace samara

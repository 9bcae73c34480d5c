#pragma once

#include <memory>
#include <vector>

#include "engine/graph/execution.h"
#include "samara/runtime/session.h"

namespace samara {

struct Session::Impl {
  std::shared_ptr<const Model> model;
  const SignatureInfo* signature = nullptr;
  std::shared_ptr<ThreadPool> pool;
  std::unique_ptr<graph::Execution> execution;
  graph::Frame* frame = nullptr;
  // By place among the subgraph's inputs, which may be more than the signature names.
  std::vector<Shape> shapes;
  std::vector<std::vector<std::byte>> strings;  // packed; empty: not given yet
  bool planned = false;

  Status open(std::shared_ptr<const Model> of, const SignatureInfo& which,
              const SessionOptions& options);
  Status plan();
  size_t place(size_t i) const;
};

}  // namespace samara

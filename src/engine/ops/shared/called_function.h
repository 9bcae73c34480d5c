// Functions in subgraphs that join two lists of values, one of each tensor, to one such list: the
// bodies of reductions and scatters that no Reducer stands for, since they are of several tensors at
// once or of another operator than one. They are called value by value.
#pragma once

#include <array>

#include "engine/ops/shared/control.h"
#include "engine/ops/shared/reducer.h"

namespace samara::ops {

/// How many tensors are joined at once.
constexpr int kMostJoined = 16;

/// What joins the operands [0, count): a Reducer, or nothing where the subgraph has to be called,
/// which is planned then. Errors: invalid_model (does not take or give such values), unsupported.
Result<std::optional<Reducer>> infer_function(Infer& n, int subgraph, const char* role, int count);
/// The same in run, where all that was checked.
std::optional<Reducer> known_function(const Run& n, int subgraph, int count);

class CalledFunction {
 public:
  CalledFunction(Run& n, int subgraph, int count);
  /// Element `to` of every output i becomes f(it, element `from` of input first + i).
  Status join(int64_t to, int first, int64_t from);

 private:
  Run& n_;
  int subgraph_, count_;
  std::array<Tensor, 2 * size_t(kMostJoined)> values_;
  std::array<const Tensor*, 2 * size_t(kMostJoined)> inputs_{};
};

}  // namespace samara::ops

// StandIns: an operator that has no kernel for the types of its operands, but has one for wider ones,
// runs on stand-ins: the same tensors in the wider type. Halves and 8-bit floats stand as float32, and
// outputs are rounded once; constants of less than a byte stand as int8, constants quantized in blocks
// as float32.
//
// While an operator's infer, prepare or run is called, the node's operands are the stand-ins; the
// plan and observers never see them.
#pragma once

#include <span>
#include <vector>

#include "engine/graph/graph.h"

namespace samara::graph {

class NodeContext;

/// The operator's kernel for inputs of these types, where kAny is one that is left out; null: it has
/// none.
const Kernel* kernel_for(const OpDef& def, std::span<const Type> types);

class StandIns {
 public:
  /// Of a node whose `wider` is not empty.
  explicit StandIns(const NodeContext& c);
  StandIns(const StandIns&) = delete;
  StandIns& operator=(const StandIns&) = delete;

  /// Before infer: the inputs as they are now, and the scratch that they need. `memory` gets it where
  /// values are known already.
  Status begin_infer(NodeContext& c, FunctionRef<Status()> memory);
  /// After infer has given the tensor a shape.
  Status set_shape(NodeContext& c, const Tensor& real);
  /// Around run.
  void fill(NodeContext& c);
  void store(NodeContext& c);

 private:
  friend class AsStandIns;
  struct Conversion {
    Tensor* real = nullptr;
    size_t stand_in = 0;
    size_t slot = 0;  // of scratch
    bool reads = false, writes = false;
  };
  Status reshape(NodeContext& c, const Conversion& conversion);
  void fill(NodeContext& c, const Conversion& conversion);

  std::vector<Tensor> tensors_;
  std::vector<Tensor*> operands_;  // inputs, then outputs; the real ones where nothing stands in
  std::vector<Conversion> conversions_;
};

/// For as long as it lives, the node's operands are its stand-ins, if it has any.
class AsStandIns {
 public:
  explicit AsStandIns(NodeContext& c);
  ~AsStandIns();
  AsStandIns(const AsStandIns&) = delete;
  AsStandIns& operator=(const AsStandIns&) = delete;

 private:
  NodeContext& c_;
  Tensor* const* inputs_;
  Tensor* const* outputs_;
};

}  // namespace samara::graph

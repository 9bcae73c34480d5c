// Graph: a model's subgraphs with their operators found and parsed, constants folded. Immutable
// once built and shared by all sessions.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/graph/memory.h"
#include "engine/graph/packed_cache.h"
#include "samara/graph/op.h"
#include "samara/schema/model_file.h"

namespace samara::graph {

/// An operator's Params, wherever their type wants to lie.
class ParamsMemory {
 public:
  ParamsMemory() = default;
  ~ParamsMemory();
  ParamsMemory(ParamsMemory&& other) noexcept;
  ParamsMemory& operator=(ParamsMemory&&) = delete;
  Status parse(const OpDef& def, const OpView& view);
  const void* get() const { return memory_; }

 private:
  void clear();

  const OpDef* def_ = nullptr;
  void* memory_ = nullptr;
};

/// An operand as a type that the operator has a kernel for (stand_ins.h).
struct WiderOperand {
  int operand = 0;  // number of an input, or, counted on behind those, of an output
  Type type = Type::f32;
  Quantization quant;
  std::byte* data = nullptr;  // of constants; null: converted in each run
  size_t bytes = 0;
};

struct Node {
  const schema::Operator* op = nullptr;
  const OpDef* def = nullptr;
  int index = 0;  // in Subgraph::nodes
  int number =
      0;  // in the file's operator list; those of Subgraph::inlined are counted on behind it
  ParamsMemory params;
  std::vector<WiderOperand> wider;  // empty: the operator takes its operands as they are
  bool folded = false;              // its outputs are constants now
  bool claimed = false;             // another node does its work (Claim)
  bool dead = false;                // nobody needs its outputs: runs for observers only
  bool skipped() const { return folded || claimed; }  // has no part in plans and runs
};

/// A node that cannot run, and why.
struct Refusal {
  int subgraph = 0, node = 0;
  std::string why;
};

/// An operator of the file.
struct Place {
  int subgraph = 0, node = 0;
};

/// Operators of the file whose work one of somebody else's does, a delegate's, in the place of the
/// last of them. No node between them may need what they give.
struct Claim {
  int subgraph = 0;
  std::vector<int> nodes;                // by number
  const OpDef* def = nullptr;            // must outlive the Graph
  std::vector<int32_t> inputs, outputs;  // tensors
};

struct Subgraph {
  const schema::Subgraph* file = nullptr;
  int index = 0;
  std::vector<Node> nodes;
  std::vector<Tensor> tensors;  // as in the file; constants have data
  // Nodes that stand in the place of composites: where they are from. Their tensors come last.
  std::vector<Place> inlined;
};

class Graph {
 public:
  struct Options {
    Numerics numerics = Numerics::xnnpack;
    bool fold_constants = true;
    int64_t fold_ms = 10'000;   // most time for it; 0: no limit
    uint64_t packed_limit = 0;  // bytes; 0: by the file's size
    /// Where given, build() and plans list here what cannot run, instead of failing at the first:
    /// such a graph is to be looked at, not to be run.
    std::vector<Refusal>* refusals = nullptr;
    std::span<const Claim> claims = {};  // borrowed for build() alone
  };
  /// `registry` is searched in order: the first operator of a code or name wins. It must outlive
  /// the Graph.
  ///
  /// Errors   unsupported    an operator that the registry lacks, by name, version and place
  ///          invalid_model  options of a wrong table, or that the operator refuses
  static Result<std::unique_ptr<const Graph>> build(std::shared_ptr<const schema::ModelFile> file,
                                                    std::span<const OpDef* const> registry,
                                                    const Options& options);

  const schema::ModelFile& file() const { return *file_; }
  std::span<const Subgraph> subgraphs() const { return subgraphs_; }
  Numerics numerics() const { return options_.numerics; }
  std::vector<Refusal>* refusals() const { return options_.refusals; }
  /// Shared by sessions, filled as they plan; guards itself.
  PackedCache& packed() const { return packed_; }
  uint64_t folded_bytes() const { return folded_budget_.used(); }
  /// "operator 3 CONV_2D 'conv1/out'", with the subgraph where there are several.
  std::string place(int subgraph, int number) const;

  // For the passes.
  std::span<Subgraph> subgraphs() { return subgraphs_; }
  Budget& folded_budget() { return folded_budget_; }
  int64_t fold_ms() const { return options_.fold_ms; }
  std::span<const Claim> claims() const { return options_.claims; }
  schema::Operator& keep(schema::Operator op) { return operators_.emplace_back(std::move(op)); }
  void keep(Buffer buffer) { folded_.push_back(std::move(buffer)); }
  /// The operator with another tensor as one of its inputs.
  const schema::Operator* rewired(const schema::Operator& op, size_t input, int32_t tensor) {
    rewired_.push_back(op);
    rewired_.back().inputs[input] = tensor;
    return &rewired_.back();
  }

 private:
  Graph(std::shared_ptr<const schema::ModelFile> file, const Options& options);

  std::shared_ptr<const schema::ModelFile> file_;
  Options options_;
  std::vector<Subgraph> subgraphs_;
  Budget folded_budget_;
  std::vector<Buffer> folded_;
  std::deque<schema::Operator> rewired_;
  std::deque<schema::Operator> operators_;
  mutable PackedCache packed_;
};

}  // namespace samara::graph

// STABLEHLO_COMPOSITE names a subgraph that does the same in other operators. Where that is a function
// of its inputs and nothing else, its operators take the node's place, so that folding, the memory plan
// and whoever looks for patterns see through it. Else the node stays, and calls it: where it keeps
// something from run to run, hands on an input or a constant as it is, or has tensors of other types
// or quantization than the node.
#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "engine/graph/passes/passes.h"
#include "engine/schema/generated/tflite_generated.h"

namespace samara::graph::passes {
namespace {

constexpr int kComposite = fb::BuiltinOperator_STABLEHLO_COMPOSITE;
// A small file may name its subgraphs over and over: beyond these, they are called.
constexpr int kMostNested = 16;
constexpr size_t kMostLookedAt = 100'000;  // nodes and tensors of all decompositions

using Indices = std::vector<int32_t>;

bool same_tensor(const Tensor& a, const Tensor& b) {
  return a.type == b.type && !a.variable && !b.variable && a.quant.axis == b.quant.axis &&
         a.quant.block_size == 0 && b.quant.block_size == 0 &&
         std::ranges::equal(a.quant.scales, b.quant.scales) &&
         std::ranges::equal(a.quant.zero_points, b.quant.zero_points);
}

class Inliner {
 public:
  Inliner(Graph& graph, std::span<const OpDef* const> registry, size_t& left)
      : graph_(graph), registry_(registry), left_(left) {}

  /// The subgraph's nodes: those of the file, but for composites.
  void list(Subgraph& s) {
    s_ = &s;
    const auto& ops = s.file->operators;
    for (size_t i = 0; i < ops.size(); ++i) add(ops[i], {s.index, int(i)}, 0);
    s.nodes.resize(listed_.size());
    for (size_t i = 0; i < listed_.size(); ++i) {
      s.nodes[i].op = listed_[i].op;
      s.nodes[i].index = int(i);
      s.nodes[i].number = listed_[i].number;
    }
  }

 private:
  struct Listed {
    const schema::Operator* op = nullptr;
    int number = 0;
  };

  bool claimed(int number) const {
    return std::ranges::any_of(graph_.claims(), [&](const Claim& c) {
      return c.subgraph == s_->index && std::ranges::count(c.nodes, number) > 0;
    });
  }
  void add(const schema::Operator& op, Place from, int depth) {
    const bool whole = depth == 0 && claimed(from.node);
    const Subgraph* const callee = whole ? nullptr : decomposition(op);
    if (callee && depth < kMostNested && fits(op, *callee)) return expand(op, *callee, depth);
    int number = from.node;
    if (depth > 0) {
      number = int(s_->file->operators.size() + s_->inlined.size());
      s_->inlined.push_back(from);
    }
    listed_.push_back({&op, number});
  }

  /// Null: it is no composite, one that the caller has an operator of their own for, or of a version
  /// that is not known.
  const Subgraph* decomposition(const schema::Operator& op) const {
    const schema::OperatorCode& code = graph_.file().codes()[op.code];
    const bool composite = code.builtin == kComposite &&
                           op.options2_type == fb::BuiltinOptions2_StableHLOCompositeOptions;
    const auto of_code = [](const OpDef* def) { return def->info.code == kComposite; };
    if (!composite || graph_.refusals() || std::ranges::count_if(registry_, of_code) != 1)
      return nullptr;
    const Versions known = find_operator(code, registry_)->info.versions;
    if (code.version < known.min || code.version > known.max) return nullptr;
    const auto& o = *static_cast<const fb::StableHLOCompositeOptions*>(op.options);
    return &std::as_const(graph_).subgraphs()[size_t(o.decomposition_subgraph_index())];
  }

  bool fits(const schema::Operator& op, const Subgraph& callee) {
    const size_t size = callee.tensors.size() + callee.file->operators.size();
    if (size > left_) return false;
    left_ -= size;
    return operands_fit(op, callee) && std::ranges::none_of(callee.tensors, &Tensor::variable) &&
           std::ranges::all_of(callee.file->operators, [&](const schema::Operator& inner) {
             const OpDef* const def = find_operator(graph_.file().codes()[inner.code], registry_);
             return def && (def->info.pure || def->info.code == kComposite);
           });
  }
  bool operands_fit(const schema::Operator& op, const Subgraph& callee) const {
    const auto &in = callee.file->inputs, &out = callee.file->outputs;
    if (op.inputs.size() != in.size() || op.outputs.size() != out.size()) return false;
    std::vector<bool> written(callee.tensors.size());
    for (const schema::Operator& inner : callee.file->operators)
      for (const int32_t t : inner.outputs) written[size_t(t)] = true;
    for (size_t i = 0; i < in.size(); ++i) {
      const Tensor& taken = callee.tensors[size_t(in[i])];
      if (op.inputs[i] < 0 || taken.constant || !same_tensor(taken, tensor(op.inputs[i])))
        return false;
    }
    for (size_t i = 0; i < out.size(); ++i) {
      const Tensor& given = callee.tensors[size_t(out[i])];
      if (!written[size_t(out[i])] || !same_tensor(given, tensor(op.outputs[i])) ||
          given.shape != tensor(op.outputs[i]).shape)
        return false;
      written[size_t(out[i])] = false;  // one tensor is not two outputs
    }
    return true;
  }
  const Tensor& tensor(int32_t t) const { return s_->tensors[size_t(t)]; }

  void expand(const schema::Operator& op, const Subgraph& callee, int depth) {
    Indices places(callee.tensors.size(), -1);
    for (size_t i = 0; i < op.inputs.size(); ++i)
      places[size_t(callee.file->inputs[i])] = op.inputs[i];
    for (size_t i = 0; i < op.outputs.size(); ++i)
      places[size_t(callee.file->outputs[i])] = op.outputs[i];
    for (size_t i = 0; i < callee.file->operators.size(); ++i) {
      const schema::Operator& inner = callee.file->operators[i];
      schema::Operator& copy = graph_.keep(inner);
      for (Indices* list : {&copy.inputs, &copy.outputs, &copy.intermediates})
        for (int32_t& t : *list) t = place(callee, places, t);
      add(copy, {callee.index, int(i)}, depth + 1);
    }
  }

  /// Where the callee's tensor is here; a copy of it, when it is first asked for.
  int32_t place(const Subgraph& callee, Indices& places, int32_t t) {
    if (t < 0 || places[size_t(t)] >= 0) return t < 0 ? t : places[size_t(t)];
    const auto index = int32_t(s_->tensors.size());
    places[size_t(t)] = index;
    s_->tensors.push_back(callee.tensors[size_t(t)]);
    s_->tensors.back().index = index;
    const int32_t scales = place(callee, places, s_->tensors.back().quant.block_scales);
    s_->tensors[size_t(index)].quant.block_scales = scales;
    return index;
  }

  Graph& graph_;
  std::span<const OpDef* const> registry_;
  size_t& left_;
  Subgraph* s_ = nullptr;
  std::vector<Listed> listed_;
};

}  // namespace

void inline_composites(Graph& graph, std::span<const OpDef* const> registry) {
  size_t left = kMostLookedAt;
  // What is copied from a subgraph are its tensors as in the file, whether or not it has been through
  // this itself: those come first.
  for (Subgraph& s : graph.subgraphs()) Inliner(graph, registry, left).list(s);
}

}  // namespace samara::graph::passes

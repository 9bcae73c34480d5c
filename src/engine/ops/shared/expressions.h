// Expressions: a subgraph read from its outputs to its inputs, to find out whether it computes
// something that is known.
#pragma once

#include <algorithm>
#include <cstddef>
#include <set>
#include <span>
#include <vector>

#include "engine/graph/callee.h"
#include "engine/graph/op.h"

namespace samara::ops {

using Builtin = fb::BuiltinOperator;

class Expressions {
 public:
  explicit Expressions(const Subgraph& s) : s_(&s), made_by_(s.tensors.size()) {
    for (const Node& node : s.nodes)
      for (const int32_t t : node.op->outputs)
        if (t >= 0) made_by_[size_t(t)] = &node;
  }

  const Tensor& tensor(int t) const { return s_->tensors[size_t(t)]; }
  /// The node of that operator that made the tensor, of so many inputs, all of them there, in the types
  /// that it takes itself; null: none.
  const Node* made_by(int t, Builtin code, size_t inputs) {
    const Node* const node = t < 0 ? nullptr : made_by_[size_t(t)];
    if (!node || node->folded || node->def->info.code != code || !node->wider.empty())
      return nullptr;
    std::span<const int32_t> in = node->op->inputs;
    while (!in.empty() && in.back() < 0) in = in.first(in.size() - 1);
    if (in.size() != inputs || has_activation(*node)) return nullptr;
    if (std::ranges::any_of(in, [](int32_t i) { return i < 0; })) return nullptr;
    met_.insert(node->index);
    return node;
  }
  /// The operand of a function of one tensor; -1: it is another.
  int operand(int t, Builtin code) {
    const Node* const node = made_by(t, code, 1);
    return node ? node->op->inputs[0] : -1;
  }
  bool all_met() const {
    return std::all_of(s_->nodes.begin(), s_->nodes.end(),
                       [&](const Node& node) { return node.folded || met_.contains(node.index); });
  }
  /// Which of the subgraph's inputs it is; -1: none.
  int variable(int t) const {
    const auto& in = s_->file->inputs;
    const auto found = std::find(in.begin(), in.end(), t);
    return t >= 0 && found != in.end() ? int(found - in.begin()) : -1;
  }
  /// The weights of the fully connected layer that made the tensor; null: another operator did.
  const Tensor* weights_of(int t) const {
    const Node* const node = t < 0 ? nullptr : made_by_[size_t(t)];
    const bool layer = node && node->def->info.code == fb::BuiltinOperator_FULLY_CONNECTED &&
                       node->op->inputs.size() > 1 && node->op->inputs[1] >= 0;
    return layer ? &tensor(node->op->inputs[1]) : nullptr;
  }
  int output(int i) const { return s_->file->outputs[size_t(i)]; }
  /// The values of a constant of that type; empty: it is none.
  template <class T>
  std::span<const T> constant(int t, Type type) const {
    if (t < 0 || !tensor(t).constant || tensor(t).type != type) return {};
    return {reinterpret_cast<const T*>(tensor(t).data), tensor(t).bytes / sizeof(T)};
  }
  bool is_int(int t, int32_t value) const { return is_ints(t, 1, value); }
  /// A constant of so many integers, all of that value.
  bool is_ints(int t, size_t count, int32_t value) const {
    const auto v = constant<int32_t>(t, Type::i32);
    return v.size() == count && std::ranges::count(v, value) == std::ptrdiff_t(count);
  }
  /// The operand beside the one that `match` takes, of a function that has them in any order; -1: it
  /// is another.
  template <class Match>
  static int beside(const Node* node, const Match& match) {
    if (!node) return -1;
    const auto& in = node->op->inputs;
    if (match(in[0])) return in[1];
    return match(in[1]) ? in[0] : -1;
  }
  /// What RESHAPE or EXPAND_DIMS gives another shape; -1: it is another.
  int reshaped(int t) {
    for (const Builtin code : {fb::BuiltinOperator_RESHAPE, fb::BuiltinOperator_EXPAND_DIMS})
      if (const Node* const node = made_by(t, code, 2)) return node->op->inputs[0];
    return operand(t, fb::BuiltinOperator_RESHAPE);
  }
  /// The first number of a vector of three whose others are the constant `rest`; -1: it is another.
  int first_of_three(int t, int32_t rest) {
    if (const Node* const pack = made_by(t, fb::BuiltinOperator_PACK, 3)) {
      const auto& in = pack->op->inputs;
      return is_int(in[1], rest) && is_int(in[2], rest) ? in[0] : -1;
    }
    const Node* const joined = made_by(t, fb::BuiltinOperator_CONCATENATION, 2);
    return joined && is_ints(joined->op->inputs[1], 2, rest) ? reshaped(joined->op->inputs[0]) : -1;
  }

 private:
  static bool has_activation(const Node& node) {
    const void* const o = node.op->options;
    if (o == nullptr) return false;
    switch (node.def->info.code) {
      case fb::BuiltinOperator_ADD:
        return static_cast<const fb::AddOptions*>(o)->fused_activation_function() != 0;
      case fb::BuiltinOperator_SUB:
        return static_cast<const fb::SubOptions*>(o)->fused_activation_function() != 0;
      case fb::BuiltinOperator_MUL:
        return static_cast<const fb::MulOptions*>(o)->fused_activation_function() != 0;
      case fb::BuiltinOperator_FULLY_CONNECTED:
        return static_cast<const fb::FullyConnectedOptions*>(o)->fused_activation_function() != 0;
      case fb::BuiltinOperator_CONCATENATION:
        return static_cast<const fb::ConcatenationOptions*>(o)->fused_activation_function() != 0;
      default:
        return false;
    }
  }

  const Subgraph* s_;
  std::vector<const Node*> made_by_;
  std::set<int> met_;
};

}  // namespace samara::ops

// Layers that pack their weights read float16 ones themselves. Models of float16 weights have a
// DEQUANTIZE before each: its floats would only be held besides the packed ones.
#include <vector>

#include "engine/graph/passes/passes.h"
#include "engine/graph/stand_ins.h"

namespace samara::graph::passes {
namespace {

constexpr int kDequantize = 6, kConv2d = 3, kFullyConnected = 9;

bool dequantizes_halves(const Subgraph& s, const Node& node) {
  if (node.def->info.code != kDequantize || node.op->inputs.size() != 1 ||
      node.op->outputs.size() != 1 || node.op->inputs[0] < 0)
    return false;
  const Tensor& in = s.tensors[size_t(node.op->inputs[0])];
  const Tensor& out = s.tensors[size_t(node.op->outputs[0])];
  return in.type == Type::f16 && in.constant && !in.variable && out.type == Type::f32 &&
         in.shape == out.shape;
}

bool takes_halves(const Subgraph& s, const Node& node) {
  if (node.def->info.code != kConv2d && node.def->info.code != kFullyConnected) return false;
  const auto& in = node.op->inputs;
  if (in.size() < 2 || in[1] < 0 || !node.wider.empty()) return false;
  std::vector<Type> types;
  for (const int32_t i : in) types.push_back(i < 0 ? kAny : s.tensors[size_t(i)].type);
  types[1] = Type::f16;
  const Kernel* const kernel = kernel_for(*node.def, types);
  return types[0] == Type::f32 && kernel && kernel->types.type[1] == Type::f16;
}

}  // namespace

void bypass_dequantize(Graph& graph) {
  for (Subgraph& s : graph.subgraphs()) {
    std::vector<int32_t> halves(s.tensors.size(), -1);
    for (Node& node : s.nodes) {
      if (dequantizes_halves(s, node))
        halves[size_t(node.op->outputs[0])] = node.op->inputs[0];
      else if (takes_halves(s, node) && halves[size_t(node.op->inputs[1])] >= 0)
        node.op = graph.rewired(*node.op, 1, halves[size_t(node.op->inputs[1])]);
    }
  }
}

}  // namespace samara::graph::passes

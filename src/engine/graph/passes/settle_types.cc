// Old converters quantized a model's arithmetic and left the inner results marked float32. LiteRT
// gives those results the type of their inputs, whatever the file says (tflite/kernels/add.cc,
// sub.cc, mul.cc, div.cc: Prepare), so such models run; here as well.
#include <algorithm>
#include <vector>

#include "engine/graph/passes/passes.h"

namespace samara::graph::passes {
namespace {

constexpr int kCodes[] = {0, 18, 41, 42};  // ADD, MUL, SUB, DIV

}  // namespace

void settle_types(Graph& graph) {
  for (Subgraph& s : graph.subgraphs()) {
    // What callers see keeps the type that the file promises them.
    std::vector<bool> promised(s.tensors.size());
    for (const int32_t i : s.file->outputs) promised[size_t(i)] = true;
    for (const Node& node : s.nodes) {
      const auto &in = node.op->inputs, &out = node.op->outputs;
      if (std::ranges::count(kCodes, node.def->info.code) == 0 || out.size() != 1) continue;
      if (in.size() != 2 || in[0] < 0 || in[1] < 0 || promised[size_t(out[0])]) continue;
      const Type type = s.tensors[size_t(in[0])].type;
      if (s.tensors[size_t(in[1])].type == type) s.tensors[size_t(out[0])].type = type;
    }
  }
}

}  // namespace samara::graph::passes

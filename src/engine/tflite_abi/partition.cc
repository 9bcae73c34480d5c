// Which claimed nodes can run together.
#include <algorithm>
#include <set>

#include "engine/tflite_abi/context.h"

namespace samara::tflite_abi {
namespace {

/// What goes into a set of nodes and what comes out, each once, in the order of the nodes.
void connect(const schema::Subgraph& s, Partition& part) {
  std::set<int32_t> made, seen;
  for (const int n : part.nodes)
    for (const int32_t t : s.operators[size_t(n)].outputs) made.insert(t);
  for (const int n : part.nodes)
    for (const int32_t t : s.operators[size_t(n)].inputs)
      if (t >= 0 && !made.contains(t) && seen.insert(t).second) part.inputs.push_back(t);
  std::set<int32_t> needed(s.outputs.begin(), s.outputs.end());
  for (size_t n = 0; n < s.operators.size(); ++n) {
    if (std::ranges::binary_search(part.nodes, int(n))) continue;
    needed.insert(s.operators[n].inputs.begin(), s.operators[n].inputs.end());
  }
  for (const int n : part.nodes)
    for (const int32_t t : s.operators[size_t(n)].outputs)
      if (needed.contains(t)) part.outputs.push_back(t);
}

}  // namespace

std::vector<Partition> partition(const schema::Subgraph& s, std::vector<int> claimed) {
  std::ranges::sort(claimed);
  std::vector<Partition> parts;
  std::set<int32_t> made;  // by the part that is being filled
  bool open = false;
  for (size_t n = 0; n < s.operators.size(); ++n) {
    const schema::Operator& op = s.operators[n];
    if (std::ranges::binary_search(claimed, int(n))) {
      if (!open) parts.emplace_back();
      open = true;
      parts.back().nodes.push_back(int(n));
      made.insert(op.outputs.begin(), op.outputs.end());
    } else if (std::ranges::any_of(op.inputs, [&](int32_t t) {
                 return made.contains(t) || (t >= 0 && s.tensors[size_t(t)].type == Type::resource);
               })) {
      open = false;  // this node needs the part to have run, or changes what nodes share
      made.clear();
    }
  }
  for (Partition& part : parts) connect(s, part);
  return parts;
}

}  // namespace samara::tflite_abi

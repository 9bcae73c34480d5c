// Who watches a run on Python's behalf: time by node, range by tensor.
#pragma once

#include <cmath>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "samara/graph/observer.h"

namespace samara::python {

struct Timed {
  int subgraph = 0, index = 0;
  std::string_view op, name;
  int64_t nanoseconds = 0;
};

class Timer : public graph::Observer {
 public:
  std::vector<Timed> nodes;
  bool sees_all() const override { return false; }
  void after(const graph::NodeInfo& n, const graph::Operands&, int64_t nanoseconds) override {
    nodes.push_back({n.subgraph, n.index, n.op, n.name, nanoseconds});
  }
};

/// Least and greatest value of every float32 and int32 tensor that the file does not hold, by name.
/// What was folded is constant by now, but a node's output.
class Ranges : public graph::Observer {
 public:
  struct Range {
    double min = INFINITY, max = -INFINITY;
  };
  std::map<std::string, Range, std::less<>> ranges;

  void before(const graph::NodeInfo&, const graph::Operands& n) override {
    for (int i = 0; i < n.inputs(); ++i)
      if (n.has(i)) look(n.in(i), false);
  }
  void after(const graph::NodeInfo&, const graph::Operands& n, int64_t) override {
    for (int i = 0; i < n.outputs(); ++i) look(n.out(i), true);
  }
  void look(const graph::Tensor& t, bool computed) {
    if ((t.constant && !computed) || !t.data || t.bytes == 0) return;
    if (t.type == Type::f32) add<float>(t);
    if (t.type == Type::i32) add<int32_t>(t);
  }

 private:
  template <class T>
  void add(const graph::Tensor& t) {
    const auto* const values = reinterpret_cast<const T*>(t.data);
    const auto found = ranges.find(t.name);
    Range& range = found == ranges.end() ? ranges[std::string(t.name)] : found->second;
    for (size_t i = 0; i < t.bytes / sizeof(T); ++i) {
      if (double(values[i]) < range.min) range.min = double(values[i]);
      if (double(values[i]) > range.max) range.max = double(values[i]);
    }
  }
};

}  // namespace samara::python

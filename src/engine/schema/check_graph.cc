// What only a whole graph shows: the order of its operators, and who calls whom.
#include <algorithm>

#include "engine/schema/builtin_options.h"
#include "engine/schema/decode.h"

namespace samara::schema {
namespace {

enum class State : uint8_t { unset, input, constant, variable, written };

std::string tensor_label(const Subgraph& graph, int32_t index) {
  return label("tensor", static_cast<size_t>(index),
               graph.tensors[static_cast<size_t>(index)].name);
}

std::vector<State> before_the_first_operator(Subgraph& graph) {
  std::vector<State> state(graph.tensors.size(), State::unset);
  for (size_t i = 0; i < state.size(); ++i) {
    if (graph.tensors[i].constant) state[i] = State::constant;
    if (graph.tensors[i].is_variable) state[i] = State::variable;
  }
  for (const int32_t i : graph.inputs) state[static_cast<size_t>(i)] = State::input;
  return state;
}

/// A tensor without elements that no operator writes is a constant that needs no bytes.
void mark_empty_constants(Subgraph& graph, std::vector<State>& state) {
  std::vector<bool> written(graph.tensors.size());
  for (const Operator& op : graph.operators)
    for (const int32_t i : op.outputs) written[static_cast<size_t>(i)] = true;
  for (size_t i = 0; i < state.size(); ++i) {
    Tensor& t = graph.tensors[i];
    if (state[i] != State::unset || written[i] || bits(t.type) == 0) continue;
    if (std::ranges::find(t.shape, 0) == t.shape.end()) continue;
    t.constant = true;
    state[i] = State::constant;
  }
}

Status check_operator(const Subgraph& graph, const Operator& op, std::vector<State>& state) {
  for (const int32_t i : op.inputs)
    if (i != kNone && state[static_cast<size_t>(i)] == State::unset)
      return Error(Code::invalid_model,
                   cat("reads ", tensor_label(graph, i), " before any operator has written it"));
  for (const int32_t i : op.outputs) {
    State& s = state[static_cast<size_t>(i)];
    const char* why = nullptr;
    switch (s) {
      case State::unset:
        break;
      case State::input:
        why = ", an input of the subgraph";
        break;
      case State::constant:
        why = ", a constant";
        break;
      case State::variable:
        why = ", a variable";
        break;
      case State::written:
        why = ", which is written already";
        break;
    }
    if (why) return Error(Code::invalid_model, cat("writes ", tensor_label(graph, i), why));
    s = State::written;
  }
  return ok();
}

}  // namespace

Status check_order(const Contents& contents, Subgraph& graph) {
  std::vector<bool> seen(graph.tensors.size());
  for (const int32_t i : graph.inputs) {
    if (seen[static_cast<size_t>(i)])
      return Error(Code::invalid_model, cat("has ", tensor_label(graph, i), " as two inputs"));
    seen[static_cast<size_t>(i)] = true;
  }
  std::vector<State> state = before_the_first_operator(graph);
  mark_empty_constants(graph, state);
  for (size_t i = 0; i < graph.operators.size(); ++i) {
    const Operator& op = graph.operators[i];
    TRY(check_operator(graph, op, state).in([&] { return label(contents, i, op); }));
  }
  for (size_t i = 0; i < graph.outputs.size(); ++i)
    if (state[static_cast<size_t>(graph.outputs[i])] == State::unset)
      return Error(Code::invalid_model,
                   cat("output ", i, " is ", tensor_label(graph, graph.outputs[i]),
                       ", which nothing writes"));
  return ok();
}

Status check_calls(const Contents& contents, const Limits& limits) {
  const size_t graphs = contents.subgraphs.size();
  std::vector<std::vector<uint32_t>> calls(graphs);
  for (size_t g = 0; g < graphs; ++g) {
    const Subgraph& graph = contents.subgraphs[g];
    const auto frame = [&] { return label("subgraph", g, graph.name); };
    std::vector<bool> known(graphs);
    for (size_t i = 0; i < graph.operators.size(); ++i) {
      const Operator& op = graph.operators[i];
      for (const int32_t called : called_subgraphs(contents.codes[op.code].builtin, op)) {
        if (called < 0 || static_cast<size_t>(called) >= graphs)
          return Error(Code::invalid_model, cat("calls subgraph ", called, " of ", graphs))
              .in(label(contents, i, op))
              .in(frame());
        if (!known[static_cast<size_t>(called)]) calls[g].push_back(static_cast<uint32_t>(called));
        known[static_cast<size_t>(called)] = true;
      }
    }
  }
  // Depth first with a stack of our own; depth[g]: longest chain of calls that begins with g.
  constexpr uint32_t kUnknown = 0, kOpen = ~uint32_t{0};
  std::vector<uint32_t> depth(graphs, kUnknown);
  struct Frame {
    uint32_t graph;
    size_t next = 0;
    uint32_t deepest = 0;
  };
  for (uint32_t root = 0; root < graphs; ++root) {
    if (depth[root] != kUnknown) continue;
    std::vector<Frame> stack{{root}};
    depth[root] = kOpen;
    while (!stack.empty()) {
      Frame& top = stack.back();
      if (top.next < calls[top.graph].size()) {
        const uint32_t called = calls[top.graph][top.next++];
        if (depth[called] == kOpen)
          return Error(Code::invalid_model, "calls itself, directly or through others")
              .in(label("subgraph", called, contents.subgraphs[called].name));
        if (depth[called] != kUnknown) {
          top.deepest = std::max(top.deepest, depth[called]);
        } else {
          depth[called] = kOpen;
          stack.push_back({called});
        }
        continue;
      }
      const uint32_t mine = top.deepest + 1;
      if (mine > limits.call_depth)
        return Error(Code::resource_exhausted,
                     cat("calls subgraphs more than ", limits.call_depth, " deep"))
            .in(label("subgraph", top.graph, contents.subgraphs[top.graph].name));
      depth[top.graph] = mine;
      stack.pop_back();
      if (!stack.empty()) stack.back().deepest = std::max(stack.back().deepest, mine);
    }
  }
  return ok();
}

}  // namespace samara::schema

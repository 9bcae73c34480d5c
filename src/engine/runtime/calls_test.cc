// Built-in operators that call subgraphs, in the shapes that have ended other runtimes: around in
// circles, very deep, and several callers of one subgraph.
#include <chrono>

#include "testing/probe_session.h"

namespace samara::testing {
namespace {

Options if_options(int then_graph, int else_graph) {
  return options<fb::IfOptionsT>([&](auto& o) {
    o.then_subgraph_index = then_graph;
    o.else_subgraph_index = else_graph;
  });
}
Options while_options(int condition, int body) {
  return options<fb::WhileOptionsT>([&](auto& o) {
    o.cond_subgraph_index = condition;
    o.body_subgraph_index = body;
  });
}
Options once_options(int init) {
  return options<fb::CallOnceOptionsT>([&](auto& o) { o.init_subgraph_index = init; });
}

/// A subgraph bool -> bool by one operator; subgraph 0 is the first that is made.
struct Calls {
  ModelBuilder m;
  int made = 0;
  void add(const char* op, const Options& how) {
    if (made++ > 0) m.subgraph("g");
    const int x = m.input(boolean({1}), "x");
    const std::string name = op;
    if (name == "CALL_ONCE") m.op(op, {}, {}, how);
    const int y = name == "CALL_ONCE" ? x : m.tensor(boolean({1}), "y");
    if (name == "IF") m.op(op, {x, x}, {y}, how);
    if (name != "IF" && name != "CALL_ONCE") m.op(op, {x}, {y}, how);
    m.output(y);
  }
  bool run(bool value) {
    auto s = open_probe(m).value();
    const uint8_t in[] = {uint8_t(value)};
    EXPECT_TRUE(s->set_input(0, std::span<const uint8_t>(in)).ok());
    EXPECT_EQ(text(s->run()), "ok");
    return s->output(0).data[0] != std::byte{0};
  }
};

TEST(calls_in_circles, are_refused_when_the_model_is_loaded) {
  const auto refuses = [](std::vector<std::pair<const char*, Options>> graphs) {
    Calls c;
    for (const auto& [op, how] : graphs) c.add(op, how);
    expect_fails(load_probe(c.m), Code::invalid_model, "calls itself");
  };
  refuses({{"IF", if_options(0, 1)}, {"LOGICAL_NOT", {}}});
  refuses({{"IF", if_options(1, 0)}, {"LOGICAL_NOT", {}}});
  refuses({{"WHILE", while_options(0, 1)}, {"LOGICAL_NOT", {}}});
  refuses({{"WHILE", while_options(1, 0)}, {"LOGICAL_NOT", {}}});
  refuses({{"WHILE", while_options(0, 0)}});
  refuses({{"CALL_ONCE", once_options(0)}});
  refuses({{"IF", if_options(1, 1)}, {"IF", if_options(0, 0)}});
  refuses({{"WHILE", while_options(3, 1)},
           {"IF", if_options(2, 3)},
           {"CALL_ONCE", once_options(0)},
           {"LOGICAL_NOT", {}}});
  refuses({{"LOGICAL_NOT", {}}, {"IF", if_options(2, 2)}, {"IF", if_options(1, 1)}});
}

TEST(calls_of_subgraphs, that_are_not_there_are_refused) {
  for (const int index : {-1, 1, 1'000'000, INT32_MAX, INT32_MIN})
    for (const char* op : {"IF", "WHILE", "CALL_ONCE"}) {
      Calls c;
      const std::string name = op;
      c.add(op, name == "IF"      ? if_options(index, index)
                : name == "WHILE" ? while_options(index, index)
                                  : once_options(index));
      EXPECT_FALSE(open_probe(c.m).ok()) << op << " " << index;
    }
}

TEST(shared_subgraphs, may_be_condition_and_body_or_both_branches) {
  Calls both;
  both.add("WHILE", while_options(1, 1));  // while (!x) x = !x
  both.add("LOGICAL_NOT", {});
  EXPECT_TRUE(both.run(false));
  EXPECT_TRUE(both.run(true));
  Calls branches;
  branches.add("IF", if_options(1, 1));
  branches.add("LOGICAL_NOT", {});
  EXPECT_TRUE(branches.run(false));
  EXPECT_FALSE(branches.run(true));
}

TEST(shared_subgraphs, are_planned_for_each_caller_s_shapes) {
  for (const bool poison : {false, true}) {
    ModelBuilder m;
    const int c = m.input(boolean({1}), "c"), a = m.input(f32({3}), "a"),
              b = m.input(f32({1}), "b");
    const int x = m.tensor(f32({3})), y = m.tensor(f32({1})), z = m.tensor(f32({3}));
    m.op("IF", {c, a}, {x}, if_options(1, 1));
    m.op("IF", {c, b}, {y}, if_options(1, 2));
    m.op("IF", {c, x}, {z}, if_options(2, 1));
    for (const int t : {x, y, z}) m.output(t);
    for (const char* op : {"NEG", "SQUARE"}) {
      m.subgraph(op);
      const int in = m.input(f32({1})), out = m.tensor(f32({1}));
      m.op(op, {in}, {out});
      m.output(out);
    }
    auto s = open_probe(m, {.poison = poison}).value();
    ASSERT_TRUE(set(*s, 1, {1, 2, 3}).ok() && set(*s, 2, {5}).ok());
    for (const bool flag : {true, false, true}) {
      const uint8_t in[] = {uint8_t(flag)};
      ASSERT_TRUE(s->set_input(0, std::span<const uint8_t>(in)).ok());
      ASSERT_EQ(text(s->run()), "ok");
      EXPECT_EQ(values(s->output(0)), (std::vector<float>{-1, -2, -3}));
      EXPECT_EQ(values(s->output(1)), (std::vector<float>{flag ? -5.0f : 25.0f}));
      EXPECT_EQ(values(s->output(2)),
                flag ? (std::vector<float>{1, 4, 9}) : (std::vector<float>{1, 2, 3}));
    }
  }
}

TEST(deep_calls, run_to_the_limit_and_are_refused_beyond) {
  for (const int depth : {63, 64}) {
    Calls c;
    for (int i = 0; i < depth; ++i) {
      if (i % 2 == 0) c.add("IF", if_options(i + 1, i + 1));
      if (i % 2 == 1) c.add("WHILE", while_options(depth, i + 1));  // while (!x) x = the next(x)
    }
    c.add("LOGICAL_NOT", {});
    if (depth == 63)
      EXPECT_EQ(text(open_probe(c.m).value()->run()), "ok");
    else
      expect_fails(open_probe(c.m), Code::resource_exhausted, "64");
  }
  Calls many;
  for (int i = 0; i < 20'000; ++i) many.add("IF", if_options(i + 1, i + 1));
  many.add("LOGICAL_NOT", {});
  expect_fails(open_probe(many.m), Code::resource_exhausted, "10000");
}

TEST(deep_calls, that_would_take_for_ever_end_at_the_time_limit) {
  Calls c;  // each level runs the next twice: 2^40 calls
  for (int i = 0; i < 40; ++i) c.add("IF", if_options(i + 1, i + 1));
  c.add("LOGICAL_NOT", {});
  for (int i = 0; i < 40; ++i) {
    auto& graph = *c.m.model().subgraphs[size_t(i)];
    auto again = std::make_unique<fb::OperatorT>(*graph.operators[0]);
    again->inputs = {graph.inputs[0], graph.outputs[0]};
    graph.tensors.push_back(std::make_unique<fb::TensorT>(*graph.tensors[1]));
    again->outputs = {int32_t(graph.tensors.size()) - 1};
    graph.outputs = again->outputs;
    graph.operators.push_back(std::move(again));
  }
  auto s = open_probe(c.m, {.time_limit_ms = 50}).value();
  const auto start = std::chrono::steady_clock::now();
  expect_fails(s->run(), Code::deadline_exceeded, "of subgraph");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

}  // namespace
}  // namespace samara::testing

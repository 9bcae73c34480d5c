// Subgraphs that call one another: IF, WHILE, CALL_ONCE, resources; and what bounds them.
#include <thread>

#include "testing/probe_session.h"

namespace samara::testing {
namespace {

using Bytes = std::vector<uint8_t>;

/// A subgraph of two inputs and one output, by one operator.
int binary_subgraph(ModelBuilder& m, const char* op, int32_t n = 1,
                    Literal (*result)(Literal::Dims, std::vector<float>) = nullptr) {
  const int index = m.subgraph(op);
  const int a = m.input(f32({n})), b = m.input(f32({n}));
  const int y = m.tensor(result ? result({}, {}) : f32({n}));
  m.custom(op, {a, b}, {y});
  m.output(y);
  return index;
}
Literal bool_literal(Literal::Dims shape, std::vector<float>) { return boolean(std::move(shape)); }

TEST(if_op, runs_the_branch_that_its_condition_names) {
  ModelBuilder m;
  const int c = m.input(boolean({}), "c"), a = m.input(f32({1}), "a"), b = m.input(f32({1}), "b");
  const int y = m.tensor(f32({1}));
  m.custom("probe.If", {c, a, b}, {y}, Bytes{1, 2});
  m.output(y);
  binary_subgraph(m, "probe.Add");
  m.subgraph("first");  // gives its first input as it is
  const int first = m.input(f32({1}));
  m.input(f32({1}));
  m.output(first);
  for (const bool poison : {false, true}) {
    SessionOptions options;
    options.poison = poison;
    auto s = open_probe(m, options);
    ASSERT_TRUE(s.ok()) << s.error().text();
    ASSERT_TRUE(set(**s, 1, {40}).ok() && set(**s, 2, {2}).ok());
    for (const auto& [condition, expected] : {std::pair(true, 42.0f), {false, 40.0f}, {true, 42}}) {
      const uint8_t flag[] = {uint8_t(condition)};
      ASSERT_TRUE((*s)->set_input(0, std::span<const uint8_t>(flag)).ok());
      ASSERT_EQ(text((*s)->run()), "ok");
      EXPECT_EQ(values((*s)->output(0)), std::vector<float>{expected});
    }
  }
}

/// while (x < limit) x = x + step; all three are loop-carried.
ModelBuilder loop_model() {
  ModelBuilder m;
  std::vector<int32_t> in, out;
  for (const char* name : {"x", "limit", "step"}) in.push_back(m.input(f32({1}), name));
  for (int i = 0; i < 3; ++i) out.push_back(m.tensor(f32({1})));
  m.custom("probe.While", in, out, Bytes{1, 2});
  for (const int t : out) m.output(t);
  m.subgraph("condition");
  const int x = m.input(f32({1})), limit = m.input(f32({1})), less = m.tensor(boolean({}));
  m.input(f32({1}));
  m.custom("probe.Less", {x, limit}, {less});
  m.output(less);
  m.subgraph("body");
  const int x2 = m.input(f32({1})), limit2 = m.input(f32({1})), step2 = m.input(f32({1}));
  const int next = m.tensor(f32({1}));
  m.custom("probe.Add", {x2, step2}, {next});
  m.output(next), m.output(limit2), m.output(step2);
  return m;
}

TEST(while_op, loops_until_its_condition_fails) {
  for (const bool poison : {false, true}) {
    SessionOptions options;
    options.poison = poison;
    auto s = open_probe(loop_model(), options).value();
    for (const float limit : {10.0f, 0.0f, 3.0f}) {
      ASSERT_TRUE(set(*s, 0, {0}).ok() && set(*s, 1, {limit}).ok() && set(*s, 2, {3}).ok());
      ASSERT_EQ(text(s->run()), "ok");
      EXPECT_EQ(values(s->output(0)), std::vector<float>{limit == 10 ? 12 : limit});
      EXPECT_EQ(values(s->output(1)), std::vector<float>{limit});
      EXPECT_EQ(values(s->output(2)), std::vector<float>{3});
    }
  }
}

TEST(while_op, ends_at_its_limit_deadline_or_cancel) {
  SessionOptions options;
  options.loop_limit = 5;
  auto s = open_probe(loop_model(), options).value();
  const auto run = [&](Session& session, float limit, const RunOptions& how) {
    EXPECT_TRUE(set(session, 1, {limit}).ok() && set(session, 2, {limit > 100 ? 0.0f : 1.0f}).ok());
    return session.run(how);
  };
  EXPECT_EQ(text(run(*s, 5, {})), "ok");
  expect_fails(run(*s, 6, {}), Code::resource_exhausted, "loops more than 5 times");
  EXPECT_EQ(text(run(*s, 5, {})), "ok");
  s = open_probe(loop_model()).value();
  RunOptions how;
  how.deadline_ms = 20;
  expect_fails(run(*s, 1000, how), Code::deadline_exceeded, "operator 0 probe.While");
  std::atomic<bool> cancel = false;
  how = {};
  how.cancel = &cancel;
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    cancel = true;
  });
  expect_fails(run(*s, 1000, how), Code::cancelled, "cancelled");
  later.join();
}

TEST(while_op, swaps_without_overwriting) {
  ModelBuilder m;  // while (x < limit) { x += 1; (p, q) = (q, p) }
  std::vector<int32_t> in, out;
  for (const char* name : {"x", "limit", "p", "q"}) in.push_back(m.input(f32({1}), name));
  for (int i = 0; i < 4; ++i) out.push_back(m.tensor(f32({1})));
  m.custom("probe.While", in, out, Bytes{1, 2});
  for (const int t : out) m.output(t);
  m.subgraph("condition");
  const int x = m.input(f32({1})), limit = m.input(f32({1})), less = m.tensor(boolean({}));
  m.input(f32({1})), m.input(f32({1}));
  m.custom("probe.Less", {x, limit}, {less});
  m.output(less);
  m.subgraph("body");
  const int x2 = m.input(f32({1})), limit2 = m.input(f32({1}));
  const int p = m.input(f32({1})), q = m.input(f32({1}));
  const int one = m.constant(f32({1}, {1})), next = m.tensor(f32({1}));
  m.custom("probe.Add", {x2, one}, {next});
  for (const int t : {next, limit2, q, p}) m.output(t);
  auto s = open_probe(m).value();
  ASSERT_TRUE(set(*s, 2, {10}).ok() && set(*s, 3, {20}).ok());
  for (const float times : {1.0f, 2.0f, 3.0f}) {
    ASSERT_TRUE(set(*s, 1, {times}).ok());
    ASSERT_EQ(text(s->run()), "ok");
    const bool odd = times != 2;
    EXPECT_EQ(values(s->output(2)), std::vector<float>{odd ? 20.0f : 10.0f});
    EXPECT_EQ(values(s->output(3)), std::vector<float>{odd ? 10.0f : 20.0f});
  }
}

TEST(while_op, carries_a_tensor_that_grows) {
  ModelBuilder m;  // while (x < limit) { x += 1; list = list ++ list }
  const int x = m.input(f32({1}), "x"), limit = m.input(f32({1}), "limit");
  const int list = m.input(f32({1}), "list");
  std::vector<int32_t> out;
  for (int i = 0; i < 3; ++i) out.push_back(m.tensor(f32({1})));
  m.custom("probe.While", {x, limit, list}, out, Bytes{1, 2});
  for (const int t : out) m.output(t);
  m.subgraph("condition");
  const int x1 = m.input(f32({1})), limit1 = m.input(f32({1})), less = m.tensor(boolean({}));
  m.input(f32({1}));
  m.custom("probe.Less", {x1, limit1}, {less});
  m.output(less);
  m.subgraph("body");
  const int x2 = m.input(f32({1})), limit2 = m.input(f32({1})), list2 = m.input(f32({1}));
  const int one = m.constant(f32({1}, {1})), next = m.tensor(f32({1})), two = m.tensor(f32({2}));
  m.custom("probe.Add", {x2, one}, {next});
  m.custom("probe.Grow", {list2}, {two});
  m.output(next), m.output(limit2), m.output(two);
  for (const bool poison : {false, true}) {
    SessionOptions options;
    options.poison = poison;
    options.arena_limit = 1 << 20;
    auto s = open_probe(m, options).value();
    ASSERT_TRUE(set(*s, 2, {7}).ok());
    for (const float times : {3.0f, 5.0f, 0.0f, 1.0f}) {
      ASSERT_TRUE(set(*s, 1, {times}).ok());
      ASSERT_EQ(text(s->run()), "ok");
      EXPECT_EQ(values(s->output(2)), std::vector<float>(size_t(1) << int(times), 7.0f));
    }
    ASSERT_TRUE(set(*s, 1, {40}).ok());
    expect_fails(s->run(), Code::resource_exhausted, "limit 1048576");
  }
}

TEST(while_op, nests) {
  ModelBuilder m;  // while (x < limit) x = if (x < half) x + 1 else x + x
  const int x = m.input(f32({1}), "x"), limit = m.input(f32({1}), "limit");
  const int y = m.tensor(f32({1})), z = m.tensor(f32({1}));
  m.custom("probe.While", {x, limit}, {y, z}, Bytes{1, 2});
  m.output(y), m.output(z);
  binary_subgraph(m, "probe.Less", 1, bool_literal);
  m.subgraph("body");
  const int x2 = m.input(f32({1})), limit2 = m.input(f32({1}));
  const int half = m.constant(f32({1}, {4})), one = m.constant(f32({1}, {1}));
  const int small = m.tensor(boolean({})), next = m.tensor(f32({1}));
  m.custom("probe.Less", {x2, half}, {small});
  m.custom("probe.If", {small, x2, one}, {next}, Bytes{3, 4});
  m.output(next), m.output(limit2);
  binary_subgraph(m, "probe.Add");
  m.subgraph("double");
  const int a = m.input(f32({1})), twice = m.tensor(f32({1}));
  m.input(f32({1}));
  m.custom("probe.Add", {a, a}, {twice});
  m.output(twice);
  auto s = open_probe(m).value();
  ASSERT_TRUE(set(*s, 0, {1}).ok() && set(*s, 1, {30}).ok());
  ASSERT_EQ(text(s->run()), "ok");
  EXPECT_EQ(values(s->output(0)), std::vector<float>{32});  // 1 2 3 4 8 16 32
}

TEST(calls, refuse_what_does_not_fit_the_subgraph) {
  const auto model = [](int callee, Literal input) {
    ModelBuilder m;
    const int c = m.input(boolean({}), "c"), a = m.input(input, "a"), y = m.tensor(f32({1}));
    m.custom("probe.If", {c, a, a}, {y}, Bytes{uint8_t(callee), uint8_t(callee)});
    m.output(y);
    binary_subgraph(m, "probe.Add");
    m.subgraph("one");
    m.output(m.input(f32({1})));
    return m;
  };
  expect_fails(open_probe(model(9, f32({1}))), Code::invalid_model, "calls subgraph 9");
  expect_fails(open_probe(model(2, f32({1}))), Code::invalid_model, "it has 1 and 1");
  expect_fails(open_probe(model(1, i32({1}))), Code::invalid_model,
               "gives input 0 of subgraph 1 a int32; it takes float32");
  EXPECT_TRUE(open_probe(model(1, f32({1}))).ok());
}

TEST(calls, of_a_subgraph_by_itself_are_refused) {
  ModelBuilder m;  // what the verifier knows of builtin operators, it cannot know of custom ones
  const int c = m.input(boolean({}), "c"), a = m.input(f32({1}), "a"), y = m.tensor(f32({1}));
  m.custom("probe.If", {c, c, a}, {y}, Bytes{0, 0});
  m.output(y);
  expect_fails(open_probe(m), Code::invalid_model, "subgraph 0 calls itself");
}

TEST(call_once, runs_its_subgraph_once_a_session) {
  ModelBuilder m;
  const int x = m.input(f32({1}), "x"), y = m.tensor(f32({1})),
            handle = m.tensor(raw(Type::resource, {}, {}));
  const int held = m.tensor(f32({1}));
  m.custom("probe.Once", {}, {}, Bytes{1});
  m.custom("probe.Handle", {}, {handle}, Bytes{'v'});
  m.custom("probe.Read", {handle}, {held});
  m.custom("probe.Add", {x, held}, {y});
  m.custom("probe.Assign", {handle, y}, {});
  m.output(y);
  m.subgraph("init");
  const int h = m.tensor(raw(Type::resource, {}, {})), five = m.constant(f32({1}, {5}));
  m.custom("probe.Handle", {}, {h}, Bytes{'v'});
  m.custom("probe.Assign", {h, five}, {});
  const auto model = load_probe(m).value();
  for (int session = 0; session < 2; ++session) {
    auto s = Session::create(model).value();
    ASSERT_TRUE(set(*s, 0, {1}).ok());
    for (const float expected : {6.0f, 7.0f, 8.0f}) {
      ASSERT_EQ(text(s->run()), "ok");
      EXPECT_EQ(values(s->output(0)), std::vector<float>{expected});
    }
  }
}

TEST(resources, forged_handles_are_refused) {
  ModelBuilder m;
  const int handle = m.input(raw(Type::resource, {}, {}), "h"), y = m.tensor(f32({1}));
  m.custom("probe.Read", {handle}, {y});
  m.output(y);
  auto s = open_probe(m).value();
  for (const int32_t id : {0, -1, 1'000'000}) {
    const int32_t ids[] = {id};
    ASSERT_TRUE(s->set_input(0, std::span<const int32_t>(ids)).ok());
    expect_fails(s->run(), Code::invalid_argument, "there is no resource");
  }
}

TEST(observer, sees_called_subgraphs) {
  struct Counter : graph::Observer {
    int nodes[3] = {};
    void after(const graph::NodeInfo& n, const graph::Operands&, int64_t) override {
      ++nodes[n.subgraph];
    }
  } counter;
  auto s = open_probe(loop_model()).value();
  ASSERT_TRUE(set(*s, 1, {4}).ok() && set(*s, 2, {1}).ok());
  RunOptions options;
  options.observer = &counter;
  ASSERT_TRUE(s->run(options).ok());
  EXPECT_EQ(counter.nodes[0], 1);
  EXPECT_EQ(counter.nodes[1], 5);
  EXPECT_EQ(counter.nodes[2], 4);
}

}  // namespace
}  // namespace samara::testing

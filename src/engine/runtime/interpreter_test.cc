// Interpreter: tensors by number, subgraphs one by one, values that outlive the run or are kept.
#include "samara/runtime/interpreter.h"

#include "testing/probe_session.h"

namespace samara::testing {
namespace {

/// u = x + x; v = u + u; w = v + v; y = w + w: v or u is overwritten before the end.
ModelBuilder chain() {
  ModelBuilder m;
  int last = m.input(f32({4}), "x");
  for (const char* name : {"u", "v", "w", "y"}) {
    const int next = m.tensor(f32({4}), name);
    m.custom("probe.Keep", {last}, {next});
    last = next;
  }
  m.output(last);
  return m;
}

std::unique_ptr<Interpreter> open(const ModelBuilder& m, const InterpreterOptions& options = {}) {
  return Interpreter::create(load_probe(m).value(), options).value();
}

std::vector<float> value(const Interpreter& made, int tensor, int subgraph = 0) {
  const graph::Tensor t = made.tensor(subgraph, tensor).value();
  return t.data ? values(t) : std::vector<float>{};
}

void fill(const Interpreter& made, int tensor, float with, int subgraph = 0) {
  const graph::Tensor t = made.tensor(subgraph, tensor).value();
  ASSERT_NE(t.data, nullptr);
  std::fill_n(reinterpret_cast<float*>(t.data), t.bytes / sizeof(float), with);
}

TEST(interpreter, plans_and_runs) {
  const auto made = open(chain());
  EXPECT_EQ(made->tensor(0, 0)->data, nullptr) << "before plan()";
  EXPECT_FALSE(made->planned(0));
  expect_fails(made->run(0), Code::failed_precondition, "subgraph 0 is not planned");
  ASSERT_EQ(text(made->plan(0)), "ok");
  EXPECT_TRUE(made->planned(0));
  fill(*made, 0, 3);
  ASSERT_EQ(text(made->run(0)), "ok");
  EXPECT_EQ(value(*made, 4), std::vector<float>(4, 3));
}

TEST(interpreter, shows_only_what_is_not_overwritten) {
  const auto made = open(chain());
  ASSERT_EQ(text(made->plan(0)), "ok");
  EXPECT_EQ(made->tensor(0, 3)->data, nullptr) << "nothing ran yet";
  fill(*made, 0, 7);
  ASSERT_EQ(text(made->run(0)), "ok");
  int gone = 0;
  for (int i = 1; i < 4; ++i) {
    const std::vector<float> v = value(*made, i);
    gone += v.empty();
    EXPECT_TRUE(v.empty() || v == std::vector<float>(4, 7)) << i;
  }
  EXPECT_GT(gone, 0) << "the arena was to be shared";
  EXPECT_LT(gone, 3) << "the last ones are still there";
}

TEST(interpreter, keeps_everything_where_asked) {
  InterpreterOptions options;
  options.keep_all = true;
  const auto made = open(chain(), options);
  ASSERT_EQ(text(made->plan(0)), "ok");
  for (const float with : {2.0f, 5.0f}) {
    fill(*made, 0, with);
    ASSERT_EQ(text(made->run(0)), "ok");
    for (int i = 0; i < 5; ++i) EXPECT_EQ(value(*made, i), std::vector<float>(4, with)) << i;
  }
  const int32_t shape[] = {2};
  ASSERT_EQ(text(made->resize(0, 0, shape)), "ok");
  EXPECT_TRUE(value(*made, 2).empty()) << "of other shapes";
}

TEST(interpreter, resizes_to_any_rank) {
  const auto made = open(chain());
  const int32_t shape[] = {2, 3};
  ASSERT_EQ(text(made->plan(0)), "ok");
  ASSERT_EQ(text(made->resize(0, 0, shape)), "ok");
  EXPECT_FALSE(made->planned(0));
  EXPECT_EQ(made->tensor(0, 0)->shape.text(), "[2, 3]");
  EXPECT_EQ(made->tensor(0, 0)->data, nullptr);
  ASSERT_EQ(text(made->plan(0)), "ok");
  EXPECT_EQ(made->tensor(0, 4)->shape.text(), "[2, 3]");
  ASSERT_EQ(text(made->resize(0, 0, shape)), "ok");
  EXPECT_TRUE(made->planned(0)) << "it had that shape";
}

TEST(interpreter, refuses_what_there_is_not) {
  const auto made = open(chain());
  const int32_t shape[] = {2}, negative[] = {-1}, vast[] = {INT32_MAX, INT32_MAX, INT32_MAX};
  const int32_t deep[9] = {};
  expect_fails(made->tensor(1, 0), Code::invalid_argument, "there is no subgraph 1");
  expect_fails(made->tensor(-1, 0), Code::invalid_argument, "there is no subgraph -1");
  expect_fails(made->tensor(0, 5), Code::invalid_argument, "there is no tensor 5");
  expect_fails(made->tensor(0, -1), Code::invalid_argument, "there is no tensor -1");
  expect_fails(made->plan(1), Code::invalid_argument, "there is no subgraph 1");
  expect_fails(made->run(-1), Code::invalid_argument, "there is no subgraph -1");
  expect_fails(made->resize(0, 1, shape), Code::invalid_argument, "'u' is no input");
  expect_fails(made->resize(0, 9, shape), Code::invalid_argument, "there is no tensor 9");
  expect_fails(made->resize(0, 0, negative), Code::invalid_argument, "cannot have shape");
  expect_fails(made->resize(0, 0, vast), Code::invalid_argument, "cannot have shape");
  expect_fails(made->resize(0, 0, deep), Code::invalid_argument, "8 dimensions, not 9");
  expect_fails(Interpreter::create(nullptr), Code::invalid_argument, "no model");
  InterpreterOptions none;
  none.session.threads = 0;
  expect_fails(Interpreter::create(load_probe(chain()).value(), none), Code::invalid_argument,
               "threads must be");
}

TEST(interpreter, runs_a_subgraph_that_an_operator_calls_too) {
  ModelBuilder m;
  const int which = m.input(boolean({}), "which"), x = m.input(f32({1}), "x");
  const int y = m.tensor(f32({1}), "y");
  m.custom("probe.If", {which, x}, {y}, {1, 1});
  m.output(y);
  m.subgraph("twice");
  const int x1 = m.input(f32({1})), y1 = m.tensor(f32({1}));
  m.custom("probe.Add", {x1, x1}, {y1});
  m.output(y1);
  const auto made = open(m);
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(text(made->plan(1)), "ok");
    fill(*made, 0, 4, 1);
    ASSERT_EQ(text(made->run(1)), "ok");
    ASSERT_EQ(text(made->plan(0)), "ok");
    fill(*made, 1, 9);
    *made->tensor(0, 0)->data = std::byte{1};
    ASSERT_EQ(text(made->run(0)), "ok");
    EXPECT_EQ(value(*made, 2), std::vector<float>{18});
    EXPECT_EQ(value(*made, 1, 1), std::vector<float>{8}) << "what its own caller gave";
  }
}

TEST(interpreter, resets_variables_when_it_plans_anew) {
  ModelBuilder m;
  const int x = m.input(f32({2}), "x"), state = m.variable(f32({2}), "state");
  const int y = m.tensor(f32({2}), "y");
  m.custom("probe.Sum", {x, state}, {y});
  m.output(y);
  const auto made = open(m);
  ASSERT_EQ(text(made->plan(0)), "ok");
  for (const float sum : {1.0f, 2.0f}) {
    fill(*made, x, 1);
    ASSERT_EQ(text(made->plan(0)), "ok");
    ASSERT_EQ(text(made->run(0)), "ok");
    EXPECT_EQ(value(*made, y), std::vector<float>(2, sum)) << "planning again changes nothing";
    EXPECT_EQ(value(*made, state), std::vector<float>(2, sum));
  }
  ASSERT_TRUE(made->reset_variables().ok());
  EXPECT_EQ(value(*made, state), std::vector<float>(2, 0));
}

TEST(interpreter, takes_strings) {
  ModelBuilder m;
  const int a = m.input(raw(Type::string, {2}, {}), "a"), b = m.input(f32({1}), "b");
  const int y = m.tensor(raw(Type::string, {2}, {}), "y");
  m.custom("probe.Join", {a, a}, {y});
  m.output(y);
  const auto made = open(m);
  const std::vector<std::string> two{"p", "qr"}, one{"p"};
  expect_fails(made->set_strings(0, a, two), Code::failed_precondition, "plan() comes before");
  ASSERT_EQ(text(made->plan(0)), "ok");
  expect_fails(made->set_strings(0, a, one), Code::invalid_argument, "takes 2 strings");
  expect_fails(made->set_strings(0, b, one), Code::invalid_argument, "holds float32");
  expect_fails(made->set_strings(0, y, two), Code::invalid_argument, "is no input");
  ASSERT_EQ(text(made->set_strings(0, a, two)), "ok");
  ASSERT_EQ(text(made->run(0)), "ok");
  EXPECT_TRUE(made->moves(0, y));
  EXPECT_FALSE(made->moves(0, b) || made->moves(0, 99));
  const graph::Tensor t = made->tensor(0, y).value();
  const auto joined = unpack_strings({t.data, t.bytes}).value();
  EXPECT_EQ(joined[1], "qrqr");
}

}  // namespace
}  // namespace samara::testing

#include "testing/op_test.h"

namespace samara::testing::while_test {

Options loop(int condition, int body) {
  return options<fb::WhileOptionsT>([=](auto& o) {
    o.cond_subgraph_index = condition;
    o.body_subgraph_index = body;
  });
}

/// while (i < 5) { i += 1; x = body(x) }: subgraph 0 calls 1, the condition, and 2, the body.
ModelBuilder counting(const Literal& x, auto build_body) {
  ModelBuilder m;
  const Literal number = i32({}, {0});
  const int i = m.input(number), v = m.input(x), i_out = m.tensor(number), v_out = m.tensor(x);
  m.op("WHILE", {i, v}, {i_out, v_out}, loop(1, 2));
  m.output(i_out);
  m.output(v_out);
  m.subgraph("condition");
  const int c = m.input(number);
  m.input(x);
  const int verdict = m.tensor(boolean({}));
  m.op("LESS", {c, m.constant(i32({}, {5}))}, {verdict}, fb::LessOptionsT{});
  m.output(verdict);
  m.subgraph("body");
  const int b = m.input(number), w = m.input(x), next = m.tensor(number);
  m.op("ADD", {b, m.constant(i32({}, {1}))}, {next}, fb::AddOptionsT{});
  m.output(next);
  build_body(m, w);
  return m;
}

void expect(const ModelBuilder& m, const std::vector<Literal>& in,
            const std::vector<Literal>& out) {
  for (const int threads : {1, 2}) {
    const auto got = run_model(m.bytes(), in, {.threads = threads, .runs = 2});
    ASSERT_TRUE(got.ok()) << got.error().text();
    ASSERT_EQ(got->size(), out.size());
    for (size_t i = 0; i < out.size(); ++i)
      EXPECT_EQ(difference(out[i], (*got)[i], 1e-6f), "") << "output " << i;
  }
}
void expect_failure(const ModelBuilder& m, const std::vector<Literal>& in,
                    const std::string& text) {
  const auto got = run_model(m.bytes(), in);
  ASSERT_FALSE(got.ok());
  EXPECT_NE(got.error().text().find(text), std::string::npos) << got.error().text();
}

ModelBuilder doubling() {
  return counting(f32({2}), [](ModelBuilder& m, int x) {
    const int y = m.tensor(f32({2}));
    m.op("ADD", {x, x}, {y}, fb::AddOptionsT{});
    m.output(y);
  });
}

OP_TEST(while_, runs_the_body_until_the_condition_fails) {
  expect(doubling(), {i32({}, {0}), f32({2}, {1, 3})}, {i32({}, {5}), f32({2}, {32, 96})});
  expect(doubling(), {i32({}, {4}), f32({2}, {1, 3})}, {i32({}, {5}), f32({2}, {2, 6})});
}

OP_TEST(while_, may_not_run_the_body_at_all) {
  expect(doubling(), {i32({}, {9}), f32({2}, {1, 3})}, {i32({}, {9}), f32({2}, {1, 3})});
}

OP_TEST(while_, variables_may_grow) {
  const ModelBuilder m = counting(f32({1}), [](ModelBuilder& b, int x) {
    const int y = b.tensor(f32({1}));
    b.at(y).shape_signature = {-1};
    b.op("CONCATENATION", {x, b.constant(f32({1}, {7}))}, {y}, fb::ConcatenationOptionsT{});
    b.output(y);
  });
  expect(m, {i32({}, {2}), f32({1}, {1})}, {i32({}, {5}), f32({4}, {1, 7, 7, 7})});
  expect(m, {i32({}, {5}), f32({1}, {1})}, {i32({}, {5}), f32({1}, {1})});
}

OP_TEST(while_, variables_may_change_places) {
  ModelBuilder m;
  const Literal x = f32({1}), number = i32({}, {0});
  const int i = m.input(number), a = m.input(x), b = m.input(x);
  const int i1 = m.tensor(number), a1 = m.tensor(x), b1 = m.tensor(x);
  m.op("WHILE", {i, a, b}, {i1, a1, b1}, loop(1, 2));
  for (const int t : {i1, a1, b1}) m.output(t);
  m.subgraph("condition");
  const int c = m.input(number);
  m.input(x);
  m.input(x);
  const int verdict = m.tensor(boolean({1}));
  const int less = m.tensor(boolean({}));
  m.op("LESS", {c, m.constant(i32({}, {3}))}, {less}, fb::LessOptionsT{});
  m.op("RESHAPE", {less, m.constant(i32({1}, {1}))}, {verdict}, fb::ReshapeOptionsT{});
  m.output(verdict);
  m.subgraph("body");
  const int n = m.input(number), p = m.input(x), q = m.input(x), next = m.tensor(number);
  m.op("ADD", {n, m.constant(i32({}, {1}))}, {next}, fb::AddOptionsT{});
  for (const int t : {next, q, p}) m.output(t);
  expect(m, {i32({}, {0}), f32({1}, {1}), f32({1}, {2})},
         {i32({}, {3}), f32({1}, {2}), f32({1}, {1})});
}

OP_TEST(while_, variables_may_be_strings) {
  const ModelBuilder m = counting(strings({1}, {""}), [](ModelBuilder& b, int x) { b.output(x); });
  expect(m, {i32({}, {0}), strings({1}, {"abc"})}, {i32({}, {5}), strings({1}, {"abc"})});
}

OP_TEST(while_, refuses_subgraphs_that_do_not_exist_or_fit) {
  ModelBuilder missing = doubling();
  missing.model().subgraphs[0]->operators[0]->builtin_options = loop(1, 7).first;
  expect_failure(missing, {}, "7");
  ModelBuilder swapped = doubling();
  swapped.model().subgraphs[0]->operators[0]->builtin_options = loop(2, 1).first;
  expect_failure(swapped, {}, "the condition, subgraph 2, takes 2 and gives 2 tensors");
}

OP_TEST(while_, refuses_a_condition_that_is_no_single_bool) {
  ModelBuilder m = doubling();
  fb::SubGraphT& condition = *m.model().subgraphs[1];
  condition.outputs = {condition.inputs[0]};
  expect_failure(m, {}, "gives int32 [] instead of one bool");
}

OP_TEST(while_, refuses_other_numbers_of_inputs_and_outputs) {
  ModelBuilder m = doubling();
  m.model().subgraphs[0]->operators[0]->inputs.pop_back();
  expect_failure(m, {}, "has 1 inputs and 2 outputs");
}

OP_TEST(while_, refuses_variables_that_change_their_type) {
  ModelBuilder m = doubling();
  fb::SubGraphT& body = *m.model().subgraphs[2];
  std::swap(body.outputs[0], body.outputs[1]);
  expect_failure(m, {}, "the body gives output 0 as float32");
}

}  // namespace samara::testing::while_test

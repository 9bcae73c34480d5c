#include "testing/op_test.h"

namespace samara::testing::if_test {

/// if (c) x + x else the second branch's own.
ModelBuilder choosing(auto build_otherwise) {
  ModelBuilder m;
  const int c = m.input(boolean({})), x = m.input(f32({2})), y = m.tensor(f32({2}));
  m.op("IF", {c, x}, {y}, options<fb::IfOptionsT>([](auto& o) {
         o.then_subgraph_index = 1;
         o.else_subgraph_index = 2;
       }));
  m.output(y);
  m.subgraph("then");
  const int a = m.input(f32({2})), sum = m.tensor(f32({2}));
  m.op("ADD", {a, a}, {sum}, fb::AddOptionsT{});
  m.output(sum);
  m.subgraph("else");
  build_otherwise(m, m.input(f32({2})));
  return m;
}

void expect(const ModelBuilder& m, uint8_t c, const Literal& out) {
  const auto got = run_model(m.bytes(), {boolean({}, {c}), f32({2}, {1, 2})}, {.runs = 2});
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(difference(out, (*got)[0], 1e-6f), "");
}

OP_TEST(if_, runs_one_branch) {
  const ModelBuilder m = choosing([](ModelBuilder& b, int x) { b.output(x); });
  expect(m, 1, f32({2}, {2, 4}));
  expect(m, 0, f32({2}, {1, 2}));
}

OP_TEST(if_, branches_may_give_different_shapes) {
  const ModelBuilder m =
      choosing([](ModelBuilder& b, int) { b.output(b.constant(f32({3}, {7, 8, 9}))); });
  expect(m, 1, f32({2}, {2, 4}));
  expect(m, 0, f32({3}, {7, 8, 9}));
}

OP_TEST(if_, refuses_branches_that_do_not_fit) {
  const ModelBuilder type =
      choosing([](ModelBuilder& b, int) { b.output(b.constant(i32({2}, {7, 8}))); });
  const auto got = run_model(type.bytes(), {});
  ASSERT_FALSE(got.ok());
  EXPECT_NE(got.error().text().find("the second branch gives output 0 as int32"), std::string::npos)
      << got.error().text();
  const ModelBuilder none = choosing([](ModelBuilder&, int) {});
  const auto missing = run_model(none.bytes(), {});
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().text().find("gives 0 tensors instead of 1 and 1"), std::string::npos)
      << missing.error().text();
}

OP_TEST(if_, refuses_a_condition_that_is_no_bool) {
  ModelBuilder m = choosing([](ModelBuilder& b, int x) { b.output(x); });
  m.model().subgraphs[0]->tensors[0]->type = fb::TensorType_INT32;
  const auto got = run_model(m.bytes(), {});
  ASSERT_FALSE(got.ok());
  EXPECT_NE(got.error().text().find("the condition must be one bool"), std::string::npos)
      << got.error().text();
}

}  // namespace samara::testing::if_test

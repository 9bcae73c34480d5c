#include <algorithm>

#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_sort_test {

Options sorting(int64_t dimension, int comparator = 1) {
  return options<fb::StablehloSortOptionsT>([=](auto& o) {
    o.dimension = dimension;
    o.comparator_subgraph_index = comparator;
  });
}
/// Sorts `tensors` by the first in the order that `op` has.
ModelBuilder model(const std::vector<Literal>& tensors, int64_t dimension,
                   const std::string& op = "LESS") {
  ModelBuilder m = model_of("STABLEHLO_SORT", sorting(dimension), tensors, tensors);
  m.subgraph("comparator");
  std::vector<int> in;
  for (const Literal& t : tensors)
    for (int i = 0; i < 2; ++i) in.push_back(m.input(of(t.type, {}, {0})));
  const int verdict = m.tensor(boolean({}));
  m.op(op, {in[0], in[1]}, {verdict});
  m.output(verdict);
  return m;
}

OP_TEST(stablehlo_sort, sorts_along_a_dimension) {
  const Literal in = f32({2, 3}, {3, 1, 2, 0, 5, -1});
  expect_model(model({in}, 1), {in}, {f32({2, 3}, {1, 2, 3, -1, 0, 5})});
  expect_model(model({in}, -1, "GREATER"), {in}, {f32({2, 3}, {3, 2, 1, 5, 0, -1})});
  expect_model(model({in}, 0), {in}, {f32({2, 3}, {0, 1, -1, 3, 5, 2})});
}
OP_TEST(stablehlo_sort, moves_other_tensors_along_and_keeps_the_order_of_equals) {
  const Literal keys = i32({6}, {2, 1, 2, 1, 2, 0}), values = i64({6}, {10, 11, 12, 13, 14, 15});
  expect_model(model({keys, values}, 0), {keys, values},
               {i32({6}, {0, 1, 1, 2, 2, 2}), i64({6}, {15, 11, 13, 10, 12, 14})});
}
OP_TEST(stablehlo_sort, takes_many_and_few) {
  std::vector<int32_t> values(1000), sorted(1000);
  for (int i = 0; i < 1000; ++i) values[size_t(i)] = i * 7919 % 1000, sorted[size_t(i)] = i;
  expect_model(model({i32({1000})}, 0), {i32({1000}, values)}, {i32({1000}, sorted)});
  for (const int count : {0, 1})
    expect_model(model({i32({count})}, 0), {i32({count})}, {i32({count})});
}
OP_TEST(stablehlo_sort, a_comparator_that_contradicts_itself_gives_some_order) {
  const ModelBuilder m = model({i32({50})}, 0, "NOT_EQUAL");
  std::vector<int32_t> values(50);
  for (int i = 0; i < 50; ++i) values[size_t(i)] = i * 37 % 50;
  const auto got = run_model(m.bytes(), {i32({50}, values)});
  ASSERT_TRUE(got.ok()) << got.error().text();
  auto all = (*got)[0].values<int32_t>();
  std::sort(all.begin(), all.end());
  for (int i = 0; i < 50; ++i) EXPECT_EQ(all[size_t(i)], i);
}
OP_TEST(stablehlo_sort, refuses_what_does_not_fit) {
  const Literal in = f32({4});
  expect_model_error(model({in}, 1), {}, Code::invalid_model, "axis 1 is out of range");
  expect_model_error(model({in, f32({3})}, 0), {}, Code::invalid_model,
                     "input 1, float32 [3], cannot be sorted like [4]");
  expect_model_error(model({f32({})}, 0), {}, Code::invalid_model, "axis 0 is out of range");
}
OP_TEST(stablehlo_sort, refuses_wrong_comparators) {
  const Literal in = f32({4});
  expect_model_error(model({in}, 0, "ADD"), {}, Code::invalid_model, "same type");
  ModelBuilder other = model({in}, 0);
  other.current().outputs[0] = other.current().inputs[0];
  expect_model_error(other, {}, Code::invalid_model, "does not give one bool");
  ModelBuilder few = model({in}, 0);
  few.input(in);
  expect_model_error(few, {}, Code::invalid_model,
                     "takes 3 and gives 1 tensors instead of 2 and 1");
  expect_model_error(model_of("STABLEHLO_SORT", sorting(0, 0), {in}, {in}), {}, Code::invalid_model,
                     "calls itself");
}

}  // namespace samara::testing::stablehlo_sort_test

#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_case_test {

/// Branches x + x, x * x, and one of `third` elements.
ModelBuilder model(std::vector<int32_t> branches, int third = 2) {
  ModelBuilder m = model_of("STABLEHLO_CASE", options<fb::StablehloCaseOptionsT>([&](auto& o) {
                              o.branch_subgraph_indices = std::move(branches);
                            }),
                            {i32({}, {0}), f32({2})}, {f32({2})});
  for (const char* op : {"STABLEHLO_ADD", "STABLEHLO_MULTIPLY"}) {
    m.subgraph(op);
    const int x = m.input(f32({2})), y = m.tensor(f32({2}));
    m.op(op, {x, x}, {y});
    m.output(y);
  }
  m.subgraph("constant");
  m.input(f32({2}));
  m.output(m.constant(f32({third})));
  return m;
}

OP_TEST(stablehlo_case, runs_one_branch) {
  const Literal x = f32({2}, {1, 3}), twice = f32({2}, {2, 6}), square = f32({2}, {1, 9});
  const ModelBuilder m = model({1, 2});
  expect_model(m, {i32({}, {0}), x}, {twice});
  expect_model(m, {i32({}, {1}), x}, {square});
  for (const int outside : {2, -1, 2147483647}) expect_model(m, {i32({}, {outside}), x}, {square});
}
OP_TEST(stablehlo_case, branches_may_be_one_and_give_different_shapes) {
  const Literal x = f32({2}, {1, 3});
  expect_model(model({1, 1}), {i32({}, {1}), x}, {f32({2}, {2, 6})});
  const ModelBuilder m = model({1, 3}, 5);
  expect_model(m, {i32({}, {0}), x}, {f32({2}, {2, 6})});
  expect_model(m, {i32({}, {1}), x}, {f32({5})});
}
OP_TEST(stablehlo_case, refuses_bad_branches) {
  expect_model_error(model({}), {}, Code::invalid_model, "has no branch");
  expect_model_error(model({1, 9}), {}, Code::invalid_model, "calls subgraph 9 of 4");
  expect_model_error(model({1, 0}), {}, Code::invalid_model, "calls itself");
  ModelBuilder m = model({1, 3});
  m.input(f32({2}));
  expect_model_error(m, {}, Code::invalid_model, "a branch, subgraph 3, takes 2 and gives 1");
}
OP_TEST(stablehlo_case, refuses_a_number_that_is_not_one_int32) {
  ModelBuilder m = model({1, 2});
  m.model().subgraphs[0]->tensors[0]->type = fb::TensorType_INT64;
  expect_model_error(m, {}, Code::invalid_model, "the branch's number must be one int32");
}

}  // namespace samara::testing::stablehlo_case_test

#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_while_test {

/// while (x < limit) x += x: subgraph 1 is the condition, 2 the body.
ModelBuilder doubling(int condition = 1, int body = 2) {
  ModelBuilder m = model_of("STABLEHLO_WHILE", options<fb::StablehloWhileOptionsT>([=](auto& o) {
                              o.cond_subgraph_index = condition;
                              o.body_subgraph_index = body;
                            }),
                            {i32({}, {0}), i32({}, {0})}, {i32({}, {0}), i32({}, {0})});
  m.subgraph("condition");
  const int x = m.input(i32({}, {0})), limit = m.input(i32({}, {0})), less = m.tensor(boolean({}));
  m.op("LESS", {x, limit}, {less}, fb::LessOptionsT{});
  m.output(less);
  m.subgraph("body");
  const int y = m.input(i32({}, {0})), same = m.input(i32({}, {0})), sum = m.tensor(i32({}, {0}));
  m.op("STABLEHLO_ADD", {y, y}, {sum});
  m.output(sum);
  m.output(same);
  return m;
}

OP_TEST(stablehlo_while, runs_the_body_until_the_condition_fails) {
  expect_model(doubling(), {i32({}, {3}), i32({}, {20})}, {i32({}, {24}), i32({}, {20})});
  expect_model(doubling(), {i32({}, {30}), i32({}, {20})}, {i32({}, {30}), i32({}, {20})});
}
OP_TEST(stablehlo_while, refuses_subgraphs_that_do_not_exist_or_fit) {
  expect_model_error(doubling(1, 9), {}, Code::invalid_model, "calls subgraph 9 of 3");
  expect_model_error(doubling(1, 0), {}, Code::invalid_model, "calls itself");
  expect_model_error(doubling(2, 1), {}, Code::invalid_model,
                     "the condition, subgraph 2, takes 2 and gives 2 tensors");
}

}  // namespace samara::testing::stablehlo_while_test

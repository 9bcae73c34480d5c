#include "testing/op_test.h"

namespace samara::testing::round_test {

OP_TEST(round, takes_floats) {
  OpCase c{.op = "ROUND"};
  c.in(f32({8}, {-2.5f, -1.5f, -0.5f, -0.49f, 0.5f, 0.51f, 1.5f, 2.5f}));
  c.out(f32({8}, {-2, -2, 0, 0, 0, 1, 2, 2}));
  run_everywhere(c);
}

OP_TEST(round, refuses_two_inputs) {
  OpCase c{.op = "ROUND"};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

}  // namespace samara::testing::round_test

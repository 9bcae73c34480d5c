#include "testing/op_test.h"

namespace samara::testing::ceil_test {

OP_TEST(ceil, takes_floats) {
  OpCase c{.op = "CEIL"};
  c.in(f32({12}, {-6.5f, -3, -1, -0.5f, -0.001f, 0, 0.25f, 0.5f, 1, 2.75f, 3.5f, 7}));
  c.out(f32({12}, {-6, -3, -1, 0, 0, 0, 1, 1, 1, 3, 4, 7}));
  run_everywhere(c);
}

OP_TEST(ceil, refuses_two_inputs) {
  OpCase c{.op = "CEIL"};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

}  // namespace samara::testing::ceil_test

#include "testing/op_test.h"

namespace samara::testing::floor_test {

OP_TEST(floor, takes_floats) {
  OpCase c{.op = "FLOOR"};
  c.in(f32({12}, {-6.5f, -3, -1, -0.5f, -0.001f, 0, 0.25f, 0.5f, 1, 2.75f, 3.5f, 7}));
  c.out(f32({12}, {-7, -3, -1, -1, -1, 0, 0, 0, 1, 2, 3, 7}));
  run_everywhere(c);
}

OP_TEST(floor, refuses_two_inputs) {
  OpCase c{.op = "FLOOR"};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

}  // namespace samara::testing::floor_test

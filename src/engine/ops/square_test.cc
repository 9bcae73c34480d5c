#include "testing/op_test.h"

namespace samara::testing::square_test {

OP_TEST(square, takes_floats) {
  OpCase c{.op = "SQUARE", .options = fb::SquareOptionsT{}};
  c.in(f32({12}, {-6.5f, -3, -1, -0.5f, -0.001f, 0, 0.25f, 0.5f, 1, 2.75f, 3.5f, 7}));
  c.out(
      f32({12}, {42.25f, 9, 1, 0.25f, 1.00000011e-06f, 0, 0.0625f, 0.25f, 1, 7.5625f, 12.25f, 49}));
  run_everywhere(c);
}

OP_TEST(square, refuses_two_inputs) {
  OpCase c{.op = "SQUARE", .options = fb::SquareOptionsT{}};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

}  // namespace samara::testing::square_test

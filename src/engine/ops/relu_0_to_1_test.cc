// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::relu_0_to_1_test {

OP_TEST(relu_0_to_1, takes_floats) {
  OpCase c{.op = "RELU_0_TO_1"};
  c.in(f32({12}, {-6.5f, -3, -1, -0.5f, -0.001f, 0, 0.25f, 0.5f, 1, 2.75f, 3.5f, 7}));
  c.out(f32({12}, {0, 0, 0, 0, 0, 0, 0.25f, 0.5f, 1, 1, 1, 1}));
  run_everywhere(c);
}

OP_TEST(relu_0_to_1, takes_int8) {
  OpCase c{.op = "RELU_0_TO_1"};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.05f, 3));
  c.out(i8({12}, {-10, -10, -10, -10, -10, -10, -10, -5, 15, 15, 15, 15}).q(0.04f, -10));
  run_everywhere(c);
}

OP_TEST(relu_0_to_1, takes_uint8) {
  OpCase c{.op = "RELU_0_TO_1"};
  c.in(u8({12}, {0, 3, 17, 64, 99, 127, 128, 129, 150, 200, 251, 255}).q(0.05f, 128));
  c.out(u8({12}, {20, 20, 20, 20, 20, 20, 20, 22, 53, 53, 53, 53}).q(0.03f, 20));
  run_everywhere(c);
}

OP_TEST(relu_0_to_1, refuses_two_inputs) {
  OpCase c{.op = "RELU_0_TO_1"};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

OP_TEST(relu_0_to_1, refuses_int8_without_scale) {
  OpCase c{.op = "RELU_0_TO_1"};
  c.in(i8({2}));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(relu_0_to_1, refuses_an_output_of_another_type) {
  OpCase c{.op = "RELU_0_TO_1"};
  c.in(i8({2}).q(1));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "they must have the same type");
}

}  // namespace samara::testing::relu_0_to_1_test

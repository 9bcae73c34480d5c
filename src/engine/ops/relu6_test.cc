// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::relu6_test {

OP_TEST(relu6, takes_floats) {
  OpCase c{.op = "RELU6"};
  c.in(f32({12}, {-6.5f, -3, -1, -0.5f, -0.001f, 0, 0.25f, 0.5f, 1, 2.75f, 3.5f, 7}));
  c.out(f32({12}, {0, 0, 0, 0, 0, 0, 0.25f, 0.5f, 1, 2.75f, 3.5f, 6}));
  run_everywhere(c);
}

OP_TEST(relu6, takes_int8) {
  OpCase c{.op = "RELU6"};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.05f, 3));
  c.out(i8({12}, {-10, -10, -10, -10, -10, -10, -10, -5, 39, 66, 111, 127}).q(0.04f, -10));
  run_everywhere(c);
}

OP_TEST(relu6, takes_uint8) {
  OpCase c{.op = "RELU6"};
  c.in(u8({12}, {0, 3, 17, 64, 99, 127, 128, 129, 150, 200, 251, 255}).q(0.05f, 128));
  c.out(u8({12}, {20, 20, 20, 20, 20, 20, 20, 22, 57, 140, 220, 220}).q(0.03f, 20));
  run_everywhere(c);
}

OP_TEST(relu6, takes_int16) {
  OpCase c{.op = "RELU6"};
  c.in(i16({12}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767}).q(0.001f));
  c.out(i16({12}, {0, 0, 0, 0, 0, 0, 0, 2, 100, 1800, 12000, 12000}).q(0.0005f));
  run_everywhere(c);
}

OP_TEST(relu6, refuses_two_inputs) {
  OpCase c{.op = "RELU6"};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

OP_TEST(relu6, refuses_int8_without_scale) {
  OpCase c{.op = "RELU6"};
  c.in(i8({2}));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(relu6, refuses_an_output_of_another_type) {
  OpCase c{.op = "RELU6"};
  c.in(i8({2}).q(1));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "they must have the same type");
}

OP_TEST(relu6, refuses_int16_zero_points) {
  OpCase c{.op = "RELU6"};
  c.in(i16({2}).q(0.5f, 1));
  c.out(i16({2}).q(1.0f / 32768));
  expect_error(c, Code::invalid_model, "zero point must be 0");
}

}  // namespace samara::testing::relu6_test

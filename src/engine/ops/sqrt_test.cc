// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::sqrt_test {

OP_TEST(sqrt, takes_floats) {
  OpCase c{.op = "SQRT"};
  c.in(f32({5}, {0, 0.25f, 1, 2, 1000}));
  c.out(f32({5}, {0, 0.5f, 1, 1.41421354f, 31.622776f}));
  run_everywhere(c);
}

OP_TEST(sqrt, takes_int8) {
  OpCase c{.op = "SQRT"};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.02f, -128));
  c.out(i8({12}, {-128, -41, 9, 28, 31, 32, 32, 36, 56, 67, 85, 97}).q(0.01f, -128));
  run_everywhere(c);
}

OP_TEST(sqrt, takes_int16) {
  OpCase c{.op = "SQRT"};
  c.in(i16({6}, {0, 1, 50, 900, 12345, 32767}).q(0.001f));
  c.out(i16({6}, {0, 105, 745, 3162, 11711, 19080}).q(0.0003f));
  run_everywhere(c);
}

OP_TEST(sqrt, refuses_negative_quantized_values) {
  OpCase c{.op = "SQRT"};
  c.in(i8({2}, {1, -5}).q(1));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_argument, "square root of a negative value, -5");
}

OP_TEST(sqrt, refuses_two_inputs) {
  OpCase c{.op = "SQRT"};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

OP_TEST(sqrt, refuses_int8_without_scale) {
  OpCase c{.op = "SQRT"};
  c.in(i8({2}));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(sqrt, refuses_an_output_of_another_type) {
  OpCase c{.op = "SQRT"};
  c.in(i8({2}).q(1));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "they must have the same type");
}

OP_TEST(sqrt, refuses_int16_zero_points) {
  OpCase c{.op = "SQRT"};
  c.in(i16({2}).q(0.5f, 1));
  c.out(i16({2}).q(1.0f / 32768));
  expect_error(c, Code::invalid_model, "zero point must be 0");
}

}  // namespace samara::testing::sqrt_test

// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::exp_test {

OP_TEST(exp, takes_floats) {
  OpCase c{.op = "EXP", .options = fb::ExpOptionsT{}};
  c.in(f32({5}, {-10, -1, 0, 1, 5}));
  c.out(f32({5}, {4.539993e-05f, 0.36787945f, 1, 2.71828175f, 148.413162f}));
  run_everywhere(c);
}

OP_TEST(exp, takes_int8) {
  OpCase c{.op = "EXP", .options = fb::ExpOptionsT{}};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.02f, 3));
  c.out(i8({12}, {-99, -97, -92, -86, -85, -84, -84, -82, -64, -44, 16, 99}).q(0.06f, -100));
  run_everywhere(c);
}

OP_TEST(exp, takes_int16) {
  OpCase c{.op = "EXP", .options = fb::ExpOptionsT{}};
  c.in(i16({12}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767}).q(0.0001f));
  c.out(i16({12}, {38, 135, 607, 925, 994, 1000, 1000, 1000, 1005, 1094, 3437, 26486}).q(0.001f));
  run_everywhere(c);
}

OP_TEST(exp, refuses_two_inputs) {
  OpCase c{.op = "EXP", .options = fb::ExpOptionsT{}};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

OP_TEST(exp, refuses_int8_without_scale) {
  OpCase c{.op = "EXP", .options = fb::ExpOptionsT{}};
  c.in(i8({2}));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(exp, refuses_an_output_of_another_type) {
  OpCase c{.op = "EXP", .options = fb::ExpOptionsT{}};
  c.in(i8({2}).q(1));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "they must have the same type");
}

OP_TEST(exp, refuses_int16_zero_points) {
  OpCase c{.op = "EXP", .options = fb::ExpOptionsT{}};
  c.in(i16({2}).q(0.5f, 1));
  c.out(i16({2}).q(1.0f / 32768));
  expect_error(c, Code::invalid_model, "zero point must be 0");
}

}  // namespace samara::testing::exp_test

// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::squared_difference_test {

OP_TEST(squared_difference, takes_floats) {
  OpCase c{.op = "SQUARED_DIFFERENCE", .options = fb::SquaredDifferenceOptionsT{}};
  c.in(f32({2, 2}, {1, 2, 3, 4}));
  c.in(f32({2}, {3, -1}));
  c.out(f32({2, 2}, {4, 9, 0, 25}));
  run_everywhere(c);
}

OP_TEST(squared_difference, takes_int32) {
  OpCase c{.op = "SQUARED_DIFFERENCE", .options = fb::SquaredDifferenceOptionsT{}};
  c.in(i32({3}, {7, -7, 70000}));
  c.in(i32({1}, {2}));
  c.out(i32({3}, {25, 81, 604752708}));
  run_everywhere(c);
}

OP_TEST(squared_difference, rescales_int8) {
  OpCase c{.op = "SQUARED_DIFFERENCE", .options = fb::SquaredDifferenceOptionsT{}};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.05f, 3));
  c.in(i8({12}, {127, 100, 64, 42, 7, 1, 0, -1, -5, -33, -90, -128}).q(0.037f, -20));
  c.out(i8({12}, {127, 87, -60, -102, -116, -118, -118, -119, -115, -89, 18, 127}).q(0.4f, -120));
  run_everywhere(c);
}

OP_TEST(squared_difference, saturates_where_the_output_scale_is_too_small) {
  OpCase c{.op = "SQUARED_DIFFERENCE", .options = fb::SquaredDifferenceOptionsT{}};
  c.in(i8({4}, {-31, -32, 101, -128}).q(1732.6488f, -31));
  c.in(i8({4}, {-40, -40, -110, 61}).q(0.04418144f, -40));
  c.out(i8({4}, {100, 127, 127, 127}).q(0.00982917f, 100));
  run_everywhere(c);
}

OP_TEST(squared_difference, refuses_int8_without_scale) {
  OpCase c{.op = "SQUARED_DIFFERENCE"};
  c.in(i8({2}));
  c.in(i8({2}));
  c.out(i8({2}));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(squared_difference, refuses_uint8) {
  OpCase c{.op = "SQUARED_DIFFERENCE"};
  c.in(u8({2}).q(1));
  c.in(u8({2}).q(1));
  c.out(u8({2}).q(1));
  expect_error(c, Code::unsupported, "has no kernel");
}

}  // namespace samara::testing::squared_difference_test

// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::floor_div_test {

OP_TEST(floor_div, rounds_int32_down) {
  OpCase c{.op = "FLOOR_DIV", .options = fb::FloorDivOptionsT{}};
  c.in(i32({2, 3}, {7, -7, 8, -8, 1, 0}));
  c.in(i32({3}, {2, 3, -3}));
  c.out(i32({2, 3}, {3, -3, -3, -4, 0, 0}));
  run_everywhere(c);
}

OP_TEST(floor_div, rounds_floats_down) {
  OpCase c{.op = "FLOOR_DIV", .options = fb::FloorDivOptionsT{}};
  c.in(f32({3}, {7, -7, 0.5f}));
  c.in(f32({1}, {2}));
  c.out(f32({3}, {3, -4, 0}));
  run_everywhere(c);
}

OP_TEST(floor_div, takes_int16_and_int8) {
  OpCase c{.op = "FLOOR_DIV", .options = fb::FloorDivOptionsT{}};
  c.in(i16({3}, {7, -7, 300}));
  c.in(i16({1}, {-4}));
  c.out(i16({3}, {-2, 1, -75}));
  run_everywhere(c);
}

OP_TEST(floor_div, wraps_the_one_overflow) {
  OpCase c{.op = "FLOOR_DIV", .options = fb::FloorDivOptionsT{}};
  c.in(i8({2}, {-128, 127}));
  c.in(i8({1}, {-1}));
  c.out(i8({2}, {-128, -127}));
  run_everywhere(c);
}

OP_TEST(floor_div, refuses_a_zero) {
  OpCase c{.op = "FLOOR_DIV"};
  c.in(i32({2}, {1, 2}));
  c.constant(i32({2}, {3, 0}));
  c.out(i32({2}));
  expect_error(c, Code::invalid_model, "division by 0: element 1");
}

OP_TEST(floor_div, refuses_a_float_zero) {
  OpCase c{.op = "FLOOR_DIV"};
  c.in(f32({2}, {1, 2}));
  c.constant(f32({2}, {0, 1}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "division by 0: element 0");
}

}  // namespace samara::testing::floor_div_test

#include "testing/op_test.h"

namespace samara::testing::floor_mod_test {

OP_TEST(floor_mod, has_the_sign_of_the_divisor) {
  OpCase c{.op = "FLOOR_MOD", .options = fb::FloorModOptionsT{}};
  c.in(i32({6}, {7, -7, 7, -7, 6, 0}));
  c.in(i32({6}, {3, 3, -3, -3, 3, 5}));
  c.out(i32({6}, {1, 2, -2, -1, 0, 0}));
  run_everywhere(c);
}

OP_TEST(floor_mod, broadcasts_int64) {
  OpCase c{.op = "FLOOR_MOD", .options = fb::FloorModOptionsT{}};
  c.in(i64({2, 2}, {1099511627776, -5, 5, -1}));
  c.in(i64({2}, {7, 4}));
  c.out(i64({2, 2}, {2, 3, 5, 3}));
  run_everywhere(c);
}

OP_TEST(floor_mod, takes_floats) {
  OpCase c{.op = "FLOOR_MOD", .options = fb::FloorModOptionsT{}};
  c.in(f32({4}, {7.5f, -7.5f, 3, -3}));
  c.in(f32({1}, {2}));
  c.out(f32({4}, {1.5f, 0.5f, 1, 1}));
  run_everywhere(c);
}

OP_TEST(floor_mod, defines_the_lowest_by_minus_one) {
  OpCase c{.op = "FLOOR_MOD", .options = fb::FloorModOptionsT{}};
  c.in(i32({2}, {-2147483648, 5}));
  c.in(i32({1}, {-1}));
  c.out(i32({2}, {0, 0}));
  run_everywhere(c);
}

OP_TEST(floor_mod, refuses_a_zero) {
  OpCase c{.op = "FLOOR_MOD"};
  c.in(i32({2}, {1, 2}));
  c.constant(i32({1}, {0}));
  c.out(i32({2}));
  expect_error(c, Code::invalid_model, "division by 0: element 0");
}

}  // namespace samara::testing::floor_mod_test

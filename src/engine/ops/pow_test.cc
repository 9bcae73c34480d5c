#include "testing/op_test.h"

namespace samara::testing::pow_test {

OP_TEST(pow, takes_floats) {
  OpCase c{.op = "POW", .options = fb::PowOptionsT{}};
  c.in(f32({2, 2}, {1, 2, 3, 4}));
  c.in(f32({2}, {2, -0.5f}));
  c.out(f32({2, 2}, {1, 0.707106769f, 9, 0.5f}));
  run_everywhere(c);
}

OP_TEST(pow, takes_int32) {
  OpCase c{.op = "POW", .options = fb::PowOptionsT{}};
  c.in(i32({5}, {2, -3, 0, 7, -1}));
  c.in(i32({5}, {10, 3, 0, 1, 5}));
  c.out(i32({5}, {1024, -27, 1, 7, -1}));
  run_everywhere(c);
}

OP_TEST(pow, refuses_negative_integer_exponents) {
  OpCase c{.op = "POW"};
  c.in(i32({2}, {1, 2}));
  c.constant(i32({2}, {3, -2}));
  c.out(i32({2}));
  expect_error(c, Code::invalid_model, "integer exponent -2 is negative");
}

}  // namespace samara::testing::pow_test

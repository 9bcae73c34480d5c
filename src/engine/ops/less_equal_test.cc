#include "testing/op_test.h"

namespace samara::testing::less_equal_test {

OP_TEST(less_equal, broadcasts_floats) {
  OpCase c{.op = "LESS_EQUAL", .options = fb::LessEqualOptionsT{}};
  c.in(f32({2, 3}, {1, 2, 3, 2, 2, 0.5f}));
  c.in(f32({3}, {1, 2, 2}));
  c.out(boolean({2, 3}, {1, 1, 0, 0, 1, 1}));
  run_everywhere(c);
}

OP_TEST(less_equal, takes_int32) {
  OpCase c{.op = "LESS_EQUAL", .options = fb::LessEqualOptionsT{}};
  c.in(i32({3}, {1, -2, 3}));
  c.in(i32({1}, {1}));
  c.out(boolean({3}, {1, 1, 0}));
  run_everywhere(c);
}

OP_TEST(less_equal, takes_int64) {
  OpCase c{.op = "LESS_EQUAL", .options = fb::LessEqualOptionsT{}};
  c.in(i64({3}, {1099511627776, -2, 3}));
  c.in(i64({3}, {1099511627776, 2, 1}));
  c.out(boolean({3}, {1, 1, 0}));
  run_everywhere(c);
}

OP_TEST(less_equal, rescales_int8) {
  OpCase c{.op = "LESS_EQUAL", .options = fb::LessEqualOptionsT{}};
  c.in(i8({6}, {10, 20, -128, 127, 0, 3}).q(0.1f));
  c.in(i8({6}, {5, 5, -64, 63, -3, 3}).q(0.2f, -5));
  c.out(boolean({6}, {1, 1, 1, 1, 1, 1}));
  run_everywhere(c);
}

OP_TEST(less_equal, rescales_uint8) {
  OpCase c{.op = "LESS_EQUAL", .options = fb::LessEqualOptionsT{}};
  c.in(u8({4}, {10, 20, 128, 255}).q(0.1f, 10));
  c.in(u8({1}, {20}).q(0.1f, 20));
  c.out(boolean({4}, {1, 0, 0, 0}));
  run_everywhere(c);
}

OP_TEST(less_equal, takes_int16) {
  OpCase c{.op = "LESS_EQUAL", .options = fb::LessEqualOptionsT{}};
  c.in(i16({4}, {10, 20, -100, 0}).q(0.1f));
  c.in(i16({4}, {5, 5, -50, 1}).q(0.2f));
  c.out(boolean({4}, {0, 0, 1, 1}));
  run_everywhere(c);
}

OP_TEST(less_equal, refuses_bool) {
  OpCase c{.op = "LESS_EQUAL"};
  c.in(boolean({2}));
  c.in(boolean({2}));
  c.out(boolean({2}));
  expect_error(c, Code::unsupported, "has no kernel");
}

OP_TEST(less_equal, refuses_int8_without_scale) {
  OpCase c{.op = "LESS_EQUAL"};
  c.in(i8({2}));
  c.in(i8({2}).q(1));
  c.out(boolean({2}));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(less_equal, refuses_an_output_that_is_not_bool) {
  OpCase c{.op = "LESS_EQUAL"};
  c.in(i32({2}));
  c.in(i32({2}));
  c.out(i32({2}));
  expect_error(c, Code::unsupported, "it may be bool");
}

}  // namespace samara::testing::less_equal_test

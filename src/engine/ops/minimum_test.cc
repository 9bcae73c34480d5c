// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::minimum_test {

OP_TEST(minimum, broadcasts_floats) {
  OpCase c{.op = "MINIMUM", .options = fb::MaximumMinimumOptionsT{}};
  c.in(f32({2, 1, 3}, {1, 2, 3, 4, 5, 6}));
  c.in(f32({2, 1}, {2.5f, -0.5f}));
  c.out(f32({2, 2, 3}, {1, 2, 2.5f, -0.5f, -0.5f, -0.5f, 2.5f, 2.5f, 2.5f, -0.5f, -0.5f, -0.5f}));
  run_everywhere(c);
}

OP_TEST(minimum, takes_int8) {
  OpCase c{.op = "MINIMUM", .options = fb::MaximumMinimumOptionsT{}};
  c.in(i8({4}, {1, -100, 3, -7}).q(1.0f / 2));
  c.in(i8({1}, {2}).q(1.0f / 2));
  c.out(i8({4}, {1, -100, 2, -7}).q(1.0f / 2));
  run_everywhere(c);
}

OP_TEST(minimum, takes_uint8) {
  OpCase c{.op = "MINIMUM", .options = fb::MaximumMinimumOptionsT{}};
  c.in(u8({4}, {1, 100, 3, 7}).q(1.0f / 2));
  c.in(u8({1}, {2}).q(1.0f / 2));
  c.out(u8({4}, {1, 2, 2, 2}).q(1.0f / 2));
  run_everywhere(c);
}

OP_TEST(minimum, takes_int16) {
  OpCase c{.op = "MINIMUM", .options = fb::MaximumMinimumOptionsT{}};
  c.in(i16({4}, {1, -100, 3, -7}));
  c.in(i16({1}, {2}));
  c.out(i16({4}, {1, -100, 2, -7}));
  run_everywhere(c);
}

OP_TEST(minimum, takes_int32) {
  OpCase c{.op = "MINIMUM", .options = fb::MaximumMinimumOptionsT{}};
  c.in(i32({4}, {1, -100, 3, -7}));
  c.in(i32({1}, {2}));
  c.out(i32({4}, {1, -100, 2, -7}));
  run_everywhere(c);
}

OP_TEST(minimum, takes_int64) {
  OpCase c{.op = "MINIMUM", .options = fb::MaximumMinimumOptionsT{}};
  c.in(i64({4}, {1, -100, 3, -7}));
  c.in(i64({1}, {2}));
  c.out(i64({4}, {1, -100, 2, -7}));
  run_everywhere(c);
}

OP_TEST(minimum, refuses_two_types) {
  OpCase c{.op = "MINIMUM"};
  c.in(f32({2}));
  c.in(i32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "they must have the same type");
}

OP_TEST(minimum, refuses_bool) {
  OpCase c{.op = "MINIMUM"};
  c.in(boolean({2}));
  c.in(boolean({2}));
  c.out(boolean({2}));
  expect_error(c, Code::unsupported, "has no kernel");
}

}  // namespace samara::testing::minimum_test

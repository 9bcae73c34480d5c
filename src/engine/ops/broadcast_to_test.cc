#include "testing/op_test.h"

namespace samara::testing::broadcast_to_test {

OpCase broadcast() { return {.op = "BROADCAST_TO", .version = 2}; }

OP_TEST(broadcast_to, repeats_ones_and_missing_dimensions) {
  OpCase c = broadcast();
  c.in(f32({2, 1}, {1, 2})).constant(i32({3}, {2, 2, 3}));
  c.out(f32({2, 2, 3}, {1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2}));
  run_everywhere(c);
  OpCase scalar = broadcast();
  scalar.in(i8({}, {7})).constant(i64({1}, {3})).out(i8({3}, {7, 7, 7}));
  run_everywhere(scalar);
  OpCase same = broadcast();
  same.in(i64({2}, {1, 2})).constant(i32({1}, {2})).out(i64({2}, {1, 2}));
  run_everywhere(same);
}

OP_TEST(broadcast_to, refuses_shapes_that_do_not_fit) {
  for (const std::vector<int32_t>& shape : {std::vector<int32_t>{3}, {2, 3}, {}}) {
    OpCase c = broadcast();
    c.in(f32({2})).constant(i32({int32_t(shape.size())}, shape)).out(f32({1}));
    expect_error(c, Code::invalid_model, "cannot broadcast [2]");
  }
  OpCase negative = broadcast();
  negative.in(f32({1})).constant(i32({1}, {-1})).out(f32({1}));
  expect_error(negative, Code::invalid_model, "a dimension cannot be -1");
}

OP_TEST(broadcast_to, takes_parts_of_bytes) {
  OpCase c{.op = "BROADCAST_TO", .version = 2};
  c.in(raw(Type::i4, {3, 1}, {0xf1, 0x02})).constant(i32({2}, {3, 2}));
  c.out(raw(Type::i4, {3, 2}, {0x11, 0xff, 0x22}));
  run_everywhere(c);
  OpCase two{.op = "BROADCAST_TO", .version = 2};
  two.in(raw(Type::i2, {1}, {0x02})).constant(i32({1}, {3})).out(raw(Type::i2, {3}, {0x2a}));
  run_everywhere(two);
}

}  // namespace samara::testing::broadcast_to_test

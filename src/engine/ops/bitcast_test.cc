#include "testing/op_test.h"

namespace samara::testing::bitcast_test {

OP_TEST(bitcast, keeps_bytes) {
  OpCase c{.op = "BITCAST"};
  c.in(f32({2}, {1, -2})).out(i32({2}, {0x3f800000, int32_t(0xc0000000)}));
  run_everywhere(c);
}

OP_TEST(bitcast, adds_or_takes_a_dimension) {
  OpCase small{.op = "BITCAST"};
  small.in(i32({1, 1}, {0x01020304})).out(u8({1, 1, 4}, {4, 3, 2, 1}));
  run_everywhere(small);
  OpCase large{.op = "BITCAST"};
  large.in(i16({2, 2}, {1, 0, 0, 1})).out(i32({2}, {1, 0x10000}));
  run_everywhere(large);
  OpCase scalar{.op = "BITCAST"};
  scalar.in(u8({8}, {1, 0, 0, 0, 0, 0, 0, 0})).out(i64({}, {1}));
  run_everywhere(scalar);
}

OP_TEST(bitcast, refuses_shapes_and_types_that_do_not_fit) {
  OpCase last{.op = "BITCAST"};
  last.in(i16({4})).out(i32({2}));
  expect_error(last, Code::invalid_model, "its last dimension must be 2");
  OpCase scalar{.op = "BITCAST"};
  scalar.in(i8({}, {1})).out(i32({}));
  expect_error(scalar, Code::invalid_model, "its last dimension must be 4");
  OpCase deep{.op = "BITCAST"};
  deep.in(i32({1, 1, 1, 1, 1, 1, 1, 1})).out(i8({4}));
  expect_error(deep, Code::unsupported, "would give rank 9");
  OpCase packed{.op = "BITCAST"};
  packed.in(i8({1})).out(raw(Type::i4, {2}, {0}));
  expect_error(packed, Code::unsupported, "cannot give int4");
  OpCase from{.op = "BITCAST"};
  from.in(raw(Type::i4, {2}, {0})).out(i8({1}));
  expect_error(from, Code::unsupported, "cannot take int4");
}

}  // namespace samara::testing::bitcast_test

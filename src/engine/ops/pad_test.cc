#include "testing/op_test.h"

namespace samara::testing::pad_test {

OP_TEST(pad, puts_zeros_around) {
  OpCase c{.op = "PAD"};
  c.in(f32({1, 2}, {1, 2})).constant(i32({2, 2}, {1, 0, 1, 2}));
  c.out(f32({2, 5}, {0, 0, 0, 0, 0, 0, 1, 2, 0, 0}));
  run_everywhere(c);
}

OP_TEST(pad, puts_the_zero_point_around_quantized_values) {
  OpCase signed8{.op = "PAD"};
  signed8.in(i8({2}, {1, 2}).q(0.5f, -3)).constant(i64({1, 2}, {1, 1}));
  signed8.out(i8({4}, {-3, 1, 2, -3}).q(0.5f, -3));
  run_everywhere(signed8);
  OpCase unsigned8{.op = "PAD"};
  unsigned8.in(u8({1}, {1}).q(0.5f, 200)).constant(i32({1, 2}, {0, 1}));
  unsigned8.out(u8({2}, {1, 200}).q(0.5f, 200));
  run_everywhere(unsigned8);
}

OP_TEST(pad, five_dimensions_with_and_without_padding) {
  OpCase c{.op = "PAD"};
  c.in(i16({1, 2, 1, 2, 1}, {1, 2, 3, 4}));
  c.constant(i32({5, 2}, {0, 0, 0, 1, 0, 0, 1, 0, 0, 0}));
  c.out(i16({1, 3, 1, 3, 1}, {0, 1, 2, 0, 3, 4, 0, 0, 0}));
  run_everywhere(c);
  OpCase outer{.op = "PAD"};
  outer.in(i64({1, 2}, {1, 2})).constant(i32({2, 2}, {1, 1, 0, 0}));
  outer.out(i64({3, 2}, {0, 0, 1, 2, 0, 0}));
  run_everywhere(outer);
}

OP_TEST(pad, nothing_at_all) {
  OpCase c{.op = "PAD"};
  c.in(f32({2, 2}, {1, 2, 3, 4})).constant(i32({2, 2})).out(f32({2, 2}, {1, 2, 3, 4}));
  run_everywhere(c);
  OpCase scalar{.op = "PAD"};
  scalar.in(f32({}, {3})).constant(i32({0, 2})).out(f32({}, {3}));
  run_everywhere(scalar);
  OpCase empty{.op = "PAD"};
  empty.in(f32({0, 1})).constant(i32({2, 2}, {1, 1, 0, 1})).out(f32({2, 2}));
  run_everywhere(empty);
}

OP_TEST(pad, refuses_negative_and_huge_padding) {
  OpCase c{.op = "PAD"};
  c.in(f32({2})).constant(i32({1, 2}, {-1, 1})).out(f32({2}));
  expect_error(c, Code::invalid_model, "padding -1, 1 of dimension 0 is negative");
  OpCase huge{.op = "PAD"};
  huge.in(f32({2})).constant(i64({1, 2}, {INT64_MAX, INT64_MAX})).out(f32({2}));
  expect_error(huge, Code::invalid_model, "of dimension 0 is too large");
}

OP_TEST(pad, refuses_paddings_of_another_shape) {
  OpCase c{.op = "PAD"};
  c.in(f32({2})).constant(i32({2, 2})).out(f32({2}));
  expect_error(c, Code::invalid_model, "paddings has shape [2, 2]");
}

}  // namespace samara::testing::pad_test

#include "testing/op_test.h"

namespace samara::testing::split_test {

OpCase split(int parts) {
  return {.op = "SPLIT",
          .options = options<fb::SplitOptionsT>([&](auto& o) { o.num_splits = parts; })};
}

OP_TEST(split, cuts_along_each_axis) {
  const Literal x = f32({2, 2}, {1, 2, 3, 4});
  OpCase rows = split(2);
  rows.constant(i32({}, {0})).in(x).out(f32({1, 2}, {1, 2})).out(f32({1, 2}, {3, 4}));
  run_everywhere(rows);
  OpCase columns = split(2);
  columns.constant(i32({1}, {-1})).in(x).out(f32({2, 1}, {1, 3})).out(f32({2, 1}, {2, 4}));
  run_everywhere(columns);
}

OP_TEST(split, takes_int8_and_one_part) {
  OpCase c = split(3);
  c.constant(i32({}, {0})).in(i8({3}, {1, 2, 3})).out(i8({1}, {1})).out(i8({1}, {2}));
  c.out(i8({1}, {3}));
  run_everywhere(c);
  OpCase one = split(1);
  one.constant(i32({}, {0})).in(i8({3}, {1, 2, 3})).out(i8({3}, {1, 2, 3}));
  run_everywhere(one);
}

OP_TEST(split, refuses_no_parts_and_another_number_of_outputs) {
  OpCase none = split(0);
  none.constant(i32({}, {0})).in(f32({2})).out(f32({2}));
  expect_error(none, Code::invalid_model, "num_splits is 0");
  OpCase two = split(2);
  two.constant(i32({}, {0})).in(f32({2})).out(f32({2}));
  expect_error(two, Code::invalid_model, "num_splits is 2 with 1 outputs");
}

OP_TEST(split, refuses_what_does_not_divide) {
  OpCase c = split(2);
  c.constant(i32({}, {0})).in(f32({3})).out(f32({1})).out(f32({1}));
  expect_error(c, Code::invalid_model, "does not divide into 2 parts");
}

OP_TEST(split, refuses_axes_out_of_range) {
  OpCase c = split(1);
  c.constant(i32({}, {-2})).in(f32({3})).out(f32({3}));
  expect_error(c, Code::invalid_model, "axis -2 is out of range for rank 1");
}

}  // namespace samara::testing::split_test

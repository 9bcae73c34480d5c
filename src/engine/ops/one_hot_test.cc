#include "testing/op_test.h"

namespace samara::testing::one_hot_test {

OpCase one_hot(int axis) {
  return {.op = "ONE_HOT", .options = options<fb::OneHotOptionsT>([&](auto& o) { o.axis = axis; })};
}

OP_TEST(one_hot, sets_the_element_of_the_index) {
  OpCase c = one_hot(-1);
  c.in(i32({2}, {2, 0})).constant(i32({}, {3})).constant(f32({}, {5})).constant(f32({}, {-1}));
  c.out(f32({2, 3}, {-1, -1, 5, 5, -1, -1}));
  run_everywhere(c);
  OpCase first = one_hot(0);
  first.in(i64({2}, {1, 0})).constant(i32({}, {2})).constant(i8({}, {1})).constant(i8({}, {0}));
  first.out(i8({2, 2}, {0, 1, 1, 0}));
  run_everywhere(first);
}

OP_TEST(one_hot, leaves_indices_out_of_range_off) {
  OpCase c = one_hot(-1);
  c.in(i32({2}, {-1, 2})).constant(i32({}, {2})).constant(boolean({}, {1}));
  c.constant(boolean({}, {0})).out(boolean({2, 2}));
  run_everywhere(c);
}

OP_TEST(one_hot, refuses_negative_depth_and_bad_axes) {
  OpCase depth = one_hot(-1);
  depth.in(i32({1})).constant(i32({}, {-1})).constant(f32({}, {1})).constant(f32({}, {0}));
  depth.out(f32({1, 1}));
  expect_error(depth, Code::invalid_model, "the depth is -1");
  OpCase axis = one_hot(2);
  axis.in(i32({1})).constant(i32({}, {1})).constant(f32({}, {1})).constant(f32({}, {0}));
  axis.out(f32({1, 1}));
  expect_error(axis, Code::invalid_model, "axis 2 is out of range");
}

}  // namespace samara::testing::one_hot_test

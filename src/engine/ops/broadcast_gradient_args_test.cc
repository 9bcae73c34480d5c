#include "testing/op_test.h"

namespace samara::testing::broadcast_gradient_args_test {

OpCase args(const Literal& a, const Literal& b, const Literal& x, const Literal& y) {
  OpCase c{.op = "BroadcastGradientArgs", .custom = true};
  c.in(a).in(b).out(x).out(y);
  return c;
}

OP_TEST(broadcast_gradient_args, lists_dimensions_to_sum) {
  run_everywhere(
      args(i32({4}, {2, 1, 3, 1}), i32({3}, {4, 1, 1}), i32({2}, {1, 3}), i32({3}, {0, 2, 3})));
  run_everywhere(args(i64({2}, {1, 5}), i64({2}, {7, 5}), i64({1}, {0}), i64({0})));
  run_everywhere(args(i32({0}), i32({2}, {2, 3}), i32({2}, {0, 1}), i32({0})));
  run_everywhere(args(i32({2}, {1, 1}), i32({1}, {1}), i32({2}, {0, 1}), i32({2}, {0, 1})));
}

OP_TEST(broadcast_gradient_args, of_equal_shapes_is_nothing) {
  run_everywhere(args(i32({2}, {1, 3}), i32({2}, {1, 3}), i32({0}), i32({0})));
}

OP_TEST(broadcast_gradient_args, refuses_shapes_that_do_not_fit) {
  expect_error(args(i32({1}, {2}), i32({1}, {3}), i32({0}), i32({0})), Code::invalid_argument,
               "shapes [2] and [3] cannot be broadcast");
  expect_error(args(i32({1}), i64({1}), i32({0}), i32({0})), Code::invalid_model, "int64");
}

}  // namespace samara::testing::broadcast_gradient_args_test

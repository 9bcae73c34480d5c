#include "testing/op_test.h"

namespace samara::testing::broadcast_args_test {

OP_TEST(broadcast_args, joins_shapes) {
  OpCase c{.op = "BROADCAST_ARGS"};
  c.in(i32({3}, {2, 1, 3})).constant(i32({2}, {5, 1})).out(i32({3}, {2, 5, 3}));
  run_everywhere(c);
  OpCase empty{.op = "BROADCAST_ARGS"};
  empty.in(i64({0})).constant(i64({1}, {4})).out(i64({1}, {4}));
  run_everywhere(empty);
}

OP_TEST(broadcast_args, refuses_shapes_that_do_not_fit) {
  OpCase c{.op = "BROADCAST_ARGS"};
  c.in(i32({1}, {2})).constant(i32({1}, {3})).out(i32({1}));
  expect_error(c, Code::invalid_model, "cannot broadcast [2] with [3]");
}

}  // namespace samara::testing::broadcast_args_test

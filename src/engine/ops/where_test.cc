#include "testing/op_test.h"

namespace samara::testing::where_test {

OP_TEST(where, lists_coordinates) {
  OpCase c{.op = "WHERE"};
  c.in(boolean({2, 2}, {1, 0, 1, 1})).out(i64({3, 2}, {0, 0, 1, 0, 1, 1}));
  run_everywhere(c);
  OpCase floats{.op = "WHERE"};
  floats.in(f32({3}, {0, -0.0f, 0.5f})).out(i64({1, 1}, {2}));
  run_everywhere(floats);
  OpCase none{.op = "WHERE"};
  none.in(i8({1, 2, 1})).out(i64({0, 3}));
  run_everywhere(none);
}

OP_TEST(where, refuses_scalars) {
  OpCase c{.op = "WHERE"};
  c.in(boolean({}, {1})).out(i64({1, 1}));
  expect_error(c, Code::invalid_model, "the condition is a scalar");
}

}  // namespace samara::testing::where_test

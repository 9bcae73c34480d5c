#include "testing/op_test.h"

namespace samara::testing::logical_and_test {

OP_TEST(logical_and, broadcasts) {
  OpCase c{.op = "LOGICAL_AND", .options = fb::LogicalAndOptionsT{}};
  c.in(boolean({2, 2}, {0, 1, 0, 1}));
  c.in(boolean({2, 1}, {0, 1}));
  c.out(boolean({2, 2}, {0, 0, 0, 1}));
  run_everywhere(c);
}

OP_TEST(logical_and, refuses_integers) {
  OpCase c{.op = "LOGICAL_AND"};
  c.in(i32({2}));
  c.in(i32({2}));
  c.out(i32({2}));
  expect_error(c, Code::unsupported, "has no kernel");
}

OP_TEST(logical_and, refuses_shapes_that_do_not_fit) {
  OpCase c{.op = "LOGICAL_AND"};
  c.in(boolean({2}));
  c.in(boolean({3}));
  c.out(boolean({3}));
  expect_error(c, Code::invalid_model, "cannot be broadcast");
}

}  // namespace samara::testing::logical_and_test

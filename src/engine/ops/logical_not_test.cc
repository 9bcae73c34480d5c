#include "testing/op_test.h"

namespace samara::testing::logical_not_test {

OP_TEST(logical_not, negates) {
  OpCase c{.op = "LOGICAL_NOT", .options = fb::LogicalNotOptionsT{}};
  c.in(boolean({2, 2}, {0, 1, 1, 0}));
  c.out(boolean({2, 2}, {1, 0, 0, 1}));
  run_everywhere(c);
}

OP_TEST(logical_not, refuses_integers) {
  OpCase c{.op = "LOGICAL_NOT"};
  c.in(i32({2}));
  c.out(i32({2}));
  expect_error(c, Code::unsupported, "has no kernel");
}

OP_TEST(logical_not, refuses_two_inputs) {
  OpCase c{.op = "LOGICAL_NOT"};
  c.in(boolean({2}));
  c.in(boolean({2}));
  c.out(boolean({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

}  // namespace samara::testing::logical_not_test

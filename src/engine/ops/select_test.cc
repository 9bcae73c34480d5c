// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::select_test {

OP_TEST(select, chooses_element_by_element) {
  OpCase c{.op = "SELECT", .options = fb::SelectOptionsT{}};
  c.in(boolean({2, 2}, {1, 0, 0, 1}));
  c.in(f32({2, 2}, {1, 2, 3, 4}));
  c.in(f32({2, 2}, {5, 6, 7, 8}));
  c.out(f32({2, 2}, {1, 6, 7, 4}));
  run_everywhere(c);
}

OP_TEST(select, takes_a_scalar_condition) {
  OpCase c{.op = "SELECT", .options = fb::SelectOptionsT{}};
  c.in(boolean({}, {0}));
  c.in(i8({2, 2}, {1, 2, 3, 4}));
  c.in(i8({2, 2}, {5, 6, 7, 8}));
  c.out(i8({2, 2}, {5, 6, 7, 8}));
  run_everywhere(c);
}

OP_TEST(select, chooses_slices) {
  OpCase c{.op = "SELECT", .options = fb::SelectOptionsT{}};
  c.in(boolean({2}, {1, 0}));
  c.in(i64({2, 2}, {1, 2, 3, 4}));
  c.in(i64({2, 2}, {5, 6, 7, 8}));
  c.out(i64({2, 2}, {1, 2, 7, 8}));
  run_everywhere(c);
}

OP_TEST(select, refuses_values_of_two_shapes) {
  OpCase c{.op = "SELECT"};
  c.in(boolean({2}));
  c.in(f32({2}));
  c.in(f32({1}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "shapes [2] and [1]");
}

OP_TEST(select, refuses_a_condition_that_does_not_fit) {
  OpCase c{.op = "SELECT"};
  c.in(boolean({3}));
  c.in(f32({2, 3}));
  c.in(f32({2, 3}));
  c.out(f32({2, 3}));
  expect_error(c, Code::invalid_model,
               "a condition of shape [3] does not fit values of shape [2, 3]");
}

OP_TEST(select, refuses_a_condition_that_is_not_bool) {
  OpCase c{.op = "SELECT"};
  c.in(i32({2}));
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::unsupported, "it may be bool");
}

}  // namespace samara::testing::select_test

#include "testing/op_test.h"

namespace samara::testing::scatter_nd_test {

OP_TEST(scatter_nd, puts_elements_and_slices_on_zeros) {
  OpCase c{.op = "SCATTER_ND"};
  c.constant(i32({2, 1}, {3, 1})).in(f32({2}, {9, 8})).constant(i32({1}, {5}));
  c.out(f32({5}, {0, 8, 0, 9, 0}));
  run_everywhere(c);
  OpCase slices{.op = "SCATTER_ND"};
  slices.constant(i32({1, 1}, {1})).in(i32({1, 2}, {5, 6})).constant(i32({2}, {2, 2}));
  slices.out(i32({2, 2}, {0, 0, 5, 6}));
  run_everywhere(slices);
}

OP_TEST(scatter_nd, adds_duplicates_up) {
  OpCase c{.op = "SCATTER_ND"};
  c.constant(i32({3, 1}, {0, 0, 1})).in(i8({3}, {100, 100, 1})).constant(i32({1}, {2}));
  c.out(i8({2}, {-56, 1}));
  run_everywhere(c);
  OpCase bools{.op = "SCATTER_ND"};
  bools.constant(i32({2, 1}, {1, 1})).in(boolean({2}, {1, 1})).constant(i32({1}, {2}));
  bools.out(boolean({2}, {0, 1}));
  run_everywhere(bools);
}

OP_TEST(scatter_nd, refuses_indices_out_of_range) {
  OpCase c{.op = "SCATTER_ND"};
  c.constant(i32({1, 1}, {5})).in(f32({1})).constant(i32({1}, {5})).out(f32({5}));
  expect_error(c, Code::invalid_model, "index 5 at position 0 is out of range, [0, 5)");
}

OP_TEST(scatter_nd, refuses_shapes_that_do_not_fit) {
  OpCase c{.op = "SCATTER_ND"};
  c.constant(i32({2, 1}, {0, 1})).in(f32({3})).constant(i32({1}, {5})).out(f32({5}));
  expect_error(c, Code::invalid_model, "do not fit the shape [5]");
  OpCase negative{.op = "SCATTER_ND"};
  negative.constant(i32({1, 1})).in(f32({1})).constant(i32({1}, {-5})).out(f32({5}));
  expect_error(negative, Code::invalid_model, "a dimension cannot be -5");
}

}  // namespace samara::testing::scatter_nd_test

#include "testing/op_test.h"

namespace samara::testing::reduce_all_test {

OP_TEST(reduce_all, folds_rows) {
  OpCase c{.op = "REDUCE_ALL",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = false; })};
  c.in(boolean({3, 2}, {0, 0, 0, 1, 1, 1}));
  c.constant(i32({1}, {1}));
  c.out(boolean({3}, {0, 0, 1}));
  run_everywhere(c);
}

OP_TEST(reduce_all, folds_columns) {
  OpCase c{.op = "REDUCE_ALL",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = true; })};
  c.in(boolean({3, 2}, {0, 0, 0, 1, 0, 1}));
  c.constant(i32({1}, {0}));
  c.out(boolean({1, 2}, {0, 0}));
  run_everywhere(c);
}

OP_TEST(reduce_all, refuses_integers) {
  OpCase c{.op = "REDUCE_ALL"};
  c.in(i32({2, 2}));
  c.constant(i32({1}, {1}));
  c.out(i32({2}));
  expect_error(c, Code::unsupported, "has no kernel");
}

OP_TEST(reduce_all, refuses_an_axis_beyond_the_rank) {
  OpCase c{.op = "REDUCE_ALL"};
  c.in(boolean({2, 2}));
  c.constant(i32({1}, {-3}));
  c.out(boolean({2}));
  expect_error(c, Code::invalid_model, "axis -3");
}

}  // namespace samara::testing::reduce_all_test

// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::reduce_prod_test {

OP_TEST(reduce_prod, folds_the_middle) {
  OpCase c{.op = "REDUCE_PROD",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = false; })};
  c.in(f32({2, 3, 2}, {-2, -1.5f, -1, -0.5f, 0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f}));
  c.constant(i32({1}, {1}));
  c.out(f32({2, 2}, {0, 0.375f, 6, 13.125f}));
  run_everywhere(c);
}

OP_TEST(reduce_prod, folds_the_ends_and_keeps_dimensions) {
  OpCase c{.op = "REDUCE_PROD",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = true; })};
  c.in(f32({2, 3, 2}, {-2, -1.5f, -1, -0.5f, 0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f}));
  c.constant(i32({2}, {-1, 0}));
  c.out(f32({1, 3, 1}, {4.5f, 2.5f, 0}));
  run_everywhere(c);
}

OP_TEST(reduce_prod, folds_all) {
  OpCase c{.op = "REDUCE_PROD",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = false; })};
  c.in(f32({2, 3, 2}, {-2, -1.5f, -1, -0.5f, 0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f}));
  c.constant(i32({4}, {0, 1, 2, 1}));
  c.out(f32({}, {0}));
  run_everywhere(c);
}

OP_TEST(reduce_prod, folds_nothing) {
  OpCase c{.op = "REDUCE_PROD",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = false; })};
  c.in(f32({2, 2}, {1, 2, 3, 4}));
  c.constant(i32({0}, {}));
  c.out(f32({2, 2}, {1, 2, 3, 4}));
  run_everywhere(c);
}

OP_TEST(reduce_prod, takes_int32) {
  OpCase c{.op = "REDUCE_PROD",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = false; })};
  c.in(i32({2, 3}, {1, 2, -6, 5, -3, 9}));
  c.constant(i32({1}, {1}));
  c.out(i32({2}, {-12, -135}));
  run_everywhere(c);
}

OP_TEST(reduce_prod, takes_int64) {
  OpCase c{.op = "REDUCE_PROD",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = false; })};
  c.in(i64({2, 3}, {8589934592, 2, -6, 5, -3, 9}));
  c.constant(i32({1}, {0}));
  c.out(i64({3}, {42949672960, -6, -54}));
  run_everywhere(c);
}

OP_TEST(reduce_prod, takes_int8) {
  OpCase c{.op = "REDUCE_PROD",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = false; })};
  c.in(i8({3, 4}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.02f, 3));
  c.constant(i32({1}, {1}));
  c.out(i8({3}, {18, -10, 127}).q(0.02f, -10));
  run_everywhere(c);
}

OP_TEST(reduce_prod, takes_int8_without_scale) {
  OpCase c{.op = "REDUCE_PROD",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = false; })};
  c.in(i8({4}, {1, 2, -3, 4}));
  c.constant(i32({1}, {0}));
  c.out(i8({}, {-24}));
  run_everywhere(c);
}

OP_TEST(reduce_prod, refuses_an_axis_beyond_the_rank) {
  OpCase c{.op = "REDUCE_PROD"};
  c.in(f32({2, 2}));
  c.constant(i32({1}, {2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "axis 2");
}

OP_TEST(reduce_prod, refuses_float_axes) {
  OpCase c{.op = "REDUCE_PROD"};
  c.in(f32({2, 2}));
  c.in(f32({1}));
  c.out(f32({2}));
  expect_error(c, Code::unsupported, "it may be int32");
}

OP_TEST(reduce_prod, refuses_quantized_uint8) {
  OpCase c{.op = "REDUCE_PROD"};
  c.in(u8({2, 2}).q(1));
  c.constant(i32({1}, {1}));
  c.out(u8({2}).q(2));
  expect_error(c, Code::unsupported, "it may be int8, int16");
}

}  // namespace samara::testing::reduce_prod_test

// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::reduce_min_test {

OP_TEST(reduce_min, folds_the_middle) {
  OpCase c{.op = "REDUCE_MIN",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = false; })};
  c.in(f32({2, 3, 2}, {-2, -1.5f, -1, -0.5f, 0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f}));
  c.constant(i32({1}, {1}));
  c.out(f32({2, 2}, {-2, -1.5f, 1, 1.5f}));
  run_everywhere(c);
}

OP_TEST(reduce_min, folds_the_ends_and_keeps_dimensions) {
  OpCase c{.op = "REDUCE_MIN",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = true; })};
  c.in(f32({2, 3, 2}, {-2, -1.5f, -1, -0.5f, 0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f}));
  c.constant(i32({2}, {-1, 0}));
  c.out(f32({1, 3, 1}, {-2, -1, 0}));
  run_everywhere(c);
}

OP_TEST(reduce_min, folds_all) {
  OpCase c{.op = "REDUCE_MIN",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = false; })};
  c.in(f32({2, 3, 2}, {-2, -1.5f, -1, -0.5f, 0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f}));
  c.constant(i32({4}, {0, 1, 2, 1}));
  c.out(f32({}, {-2}));
  run_everywhere(c);
}

OP_TEST(reduce_min, folds_nothing) {
  OpCase c{.op = "REDUCE_MIN",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = false; })};
  c.in(f32({2, 2}, {1, 2, 3, 4}));
  c.constant(i32({0}, {}));
  c.out(f32({2, 2}, {1, 2, 3, 4}));
  run_everywhere(c);
}

OP_TEST(reduce_min, takes_int32) {
  OpCase c{.op = "REDUCE_MIN",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = false; })};
  c.in(i32({2, 3}, {1, 2, -6, 5, -3, 9}));
  c.constant(i32({1}, {1}));
  c.out(i32({2}, {-6, -3}));
  run_everywhere(c);
}

OP_TEST(reduce_min, takes_int64) {
  OpCase c{.op = "REDUCE_MIN",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = false; })};
  c.in(i64({2, 3}, {8589934592, 2, -6, 5, -3, 9}));
  c.constant(i32({1}, {0}));
  c.out(i64({3}, {5, -3, -6}));
  run_everywhere(c);
}

OP_TEST(reduce_min, takes_int8) {
  OpCase c{.op = "REDUCE_MIN",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = false; })};
  c.in(i8({3, 4}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.05f, 3));
  c.constant(i32({1}, {1}));
  c.out(i8({3}, {-128, -1, 42}).q(0.05f, 3));
  run_everywhere(c);
}

OP_TEST(reduce_min, takes_uint8) {
  OpCase c{.op = "REDUCE_MIN",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = false; })};
  c.in(u8({3, 4}, {0, 3, 17, 64, 99, 127, 128, 129, 150, 200, 251, 255}).q(0.05f, 128));
  c.constant(i32({1}, {1}));
  c.out(u8({3}, {0, 99, 150}).q(0.05f, 128));
  run_everywhere(c);
}

OP_TEST(reduce_min, takes_int16) {
  OpCase c{.op = "REDUCE_MIN",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = false; })};
  c.in(i16({3, 4}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767}).q(0.05f));
  c.constant(i32({1}, {1}));
  c.out(i16({3}, {-32768, -60, 50}).q(0.05f));
  run_everywhere(c);
}

OP_TEST(reduce_min, refuses_an_axis_beyond_the_rank) {
  OpCase c{.op = "REDUCE_MIN"};
  c.in(f32({2, 2}));
  c.constant(i32({1}, {2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "axis 2");
}

OP_TEST(reduce_min, refuses_float_axes) {
  OpCase c{.op = "REDUCE_MIN"};
  c.in(f32({2, 2}));
  c.in(f32({1}));
  c.out(f32({2}));
  expect_error(c, Code::unsupported, "it may be int32");
}

OP_TEST(reduce_min, refuses_two_scales) {
  OpCase c{.op = "REDUCE_MIN"};
  c.in(i8({2, 2}).q(1));
  c.constant(i32({1}, {1}));
  c.out(i8({2}).q(2));
  expect_error(c, Code::invalid_model, "scale");
}

OP_TEST(reduce_min, takes_bools) {
  OpCase c{.op = "REDUCE_MIN"};
  c.in(boolean({2, 2}, {1, 0, 0, 0})).constant(i32({1}, {1})).out(boolean({2}, {0, 0}));
  run_everywhere(c);
}

}  // namespace samara::testing::reduce_min_test

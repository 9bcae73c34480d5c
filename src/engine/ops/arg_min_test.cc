#include <cmath>

#include "testing/op_test.h"

namespace samara::testing::arg_min_test {

OP_TEST(arg_min, gives_the_first_of_several) {
  OpCase c{.op = "ARG_MIN", .options = options<fb::ArgMinOptionsT>([](auto& o) {
                              o.output_type = fb::TensorType_INT32;
                            })};
  c.in(f32({2, 4}, {1, 3, 3, -5, 2, -5, -5, 2}));
  c.constant(i32({1}, {-1}));
  c.out(i32({2}, {3, 1}));
  run_everywhere(c);
}

OP_TEST(arg_min, takes_columns) {
  OpCase c{.op = "ARG_MIN", .options = options<fb::ArgMinOptionsT>([](auto& o) {
                              o.output_type = fb::TensorType_INT32;
                            })};
  c.in(f32({2, 2, 2}, {1, 9, 3, 4, 5, 2, 7, 8}));
  c.constant(i32({1}, {1}));
  c.out(i32({2, 2}, {0, 1, 0, 0}));
  run_everywhere(c);
}

OP_TEST(arg_min, passes_over_nan) {
  OpCase c{.op = "ARG_MIN", .options = options<fb::ArgMinOptionsT>([](auto& o) {
                              o.output_type = fb::TensorType_INT32;
                            })};
  c.in(f32({2, 3}, {NAN, 1, 2, NAN, NAN, NAN}));
  c.constant(i32({1}, {1}));
  c.out(i32({2}, {1, 0}));
  run_everywhere(c);
}

OP_TEST(arg_min, gives_int64) {
  OpCase c{.op = "ARG_MIN", .options = options<fb::ArgMinOptionsT>([](auto& o) {
                              o.output_type = fb::TensorType_INT64;
                            })};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.1f));
  c.constant(i32({1}, {0}));
  c.out(i64({}, {0}));
  run_everywhere(c);
}

OP_TEST(arg_min, takes_uint8) {
  OpCase c{.op = "ARG_MIN", .options = options<fb::ArgMinOptionsT>([](auto& o) {
                              o.output_type = fb::TensorType_INT32;
                            })};
  c.in(u8({12}, {0, 3, 17, 64, 99, 127, 128, 129, 150, 200, 251, 255}).q(0.1f));
  c.constant(i32({1}, {0}));
  c.out(i32({}, {0}));
  run_everywhere(c);
}

OP_TEST(arg_min, takes_int32) {
  OpCase c{.op = "ARG_MIN", .options = options<fb::ArgMinOptionsT>([](auto& o) {
                              o.output_type = fb::TensorType_INT32;
                            })};
  c.in(i32({3}, {7, -8, 9}));
  c.constant(i32({1}, {0}));
  c.out(i32({}, {1}));
  run_everywhere(c);
}

OP_TEST(arg_min, takes_bool) {
  OpCase c{.op = "ARG_MIN", .options = options<fb::ArgMinOptionsT>([](auto& o) {
                              o.output_type = fb::TensorType_INT32;
                            })};
  c.in(boolean({3}, {0, 1, 0}));
  c.constant(i32({1}, {0}));
  c.out(i32({}, {0}));
  run_everywhere(c);
}

OP_TEST(arg_min, refuses_an_axis_beyond_the_rank) {
  OpCase c{.op = "ARG_MIN", .options = options<fb::ArgMinOptionsT>([](auto& o) {
                              o.output_type = fb::TensorType_INT32;
                            })};
  c.in(f32({2}));
  c.constant(i32({1}, {1}));
  c.out(i32({}));
  expect_error(c, Code::invalid_model, "axis 1");
}

OP_TEST(arg_min, refuses_an_empty_axis) {
  OpCase c{.op = "ARG_MIN", .options = options<fb::ArgMinOptionsT>([](auto& o) {
                              o.output_type = fb::TensorType_INT32;
                            })};
  c.in(f32({2, 0}));
  c.constant(i32({1}, {1}));
  c.out(i32({2}));
  expect_error(c, Code::invalid_model, "is empty");
}

OP_TEST(arg_min, refuses_float_indices) {
  OpCase c{.op = "ARG_MIN", .options = options<fb::ArgMinOptionsT>([](auto& o) {
                              o.output_type = fb::TensorType_INT32;
                            })};
  c.in(f32({2}));
  c.constant(i32({1}, {0}));
  c.out(f32({}));
  expect_error(c, Code::unsupported, "it may be int32");
}

}  // namespace samara::testing::arg_min_test

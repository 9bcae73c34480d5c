#include "testing/op_test.h"

namespace samara::testing::cumsum_test {

OP_TEST(cumsum, sums_rows) {
  OpCase c{.op = "CUMSUM", .options = options<fb::CumsumOptionsT>([](auto& o) {
                             o.exclusive = false;
                             o.reverse = false;
                           })};
  c.in(f32({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}));
  c.constant(i32({1}, {1}));
  c.out(f32({2, 4}, {1, 3, 6, 10, 5, 11, 18, 26}));
  run_everywhere(c);
}

OP_TEST(cumsum, sums_columns_in_reverse) {
  OpCase c{.op = "CUMSUM", .options = options<fb::CumsumOptionsT>([](auto& o) {
                             o.exclusive = false;
                             o.reverse = true;
                           })};
  c.in(i32({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}));
  c.constant(i32({1}, {0}));
  c.out(i32({2, 4}, {6, 8, 10, 12, 5, 6, 7, 8}));
  run_everywhere(c);
}

OP_TEST(cumsum, leaves_out_the_element_itself) {
  OpCase c{.op = "CUMSUM", .options = options<fb::CumsumOptionsT>([](auto& o) {
                             o.exclusive = true;
                             o.reverse = false;
                           })};
  c.in(i64({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}));
  c.constant(i32({1}, {-1}));
  c.out(i64({2, 4}, {0, 1, 3, 6, 0, 5, 11, 18}));
  run_everywhere(c);
}

OP_TEST(cumsum, leaves_it_out_in_reverse) {
  OpCase c{.op = "CUMSUM", .options = options<fb::CumsumOptionsT>([](auto& o) {
                             o.exclusive = true;
                             o.reverse = true;
                           })};
  c.in(f32({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}));
  c.constant(i32({1}, {1}));
  c.out(f32({2, 4}, {9, 7, 4, 0, 21, 15, 8, 0}));
  run_everywhere(c);
}

OP_TEST(cumsum, refuses_an_axis_beyond_the_rank) {
  OpCase c{.op = "CUMSUM"};
  c.in(f32({2}));
  c.constant(i32({1}, {1}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "axis 1");
}

OP_TEST(cumsum, refuses_several_axes) {
  OpCase c{.op = "CUMSUM"};
  c.in(f32({2, 2}));
  c.constant(i32({2}, {0, 1}));
  c.out(f32({2, 2}));
  expect_error(c, Code::invalid_model, "");
}

}  // namespace samara::testing::cumsum_test

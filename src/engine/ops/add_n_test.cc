#include "testing/op_test.h"

namespace samara::testing::add_n_test {

OP_TEST(add_n, adds_three) {
  OpCase c{.op = "ADD_N", .options = fb::AddNOptionsT{}};
  c.in(f32({2}, {1, 2}));
  c.in(f32({2}, {10, 20}));
  c.in(f32({2}, {0.5f, -0.5f}));
  c.out(f32({2}, {11.5f, 21.5f}));
  run_everywhere(c);
}

OP_TEST(add_n, takes_int32) {
  OpCase c{.op = "ADD_N", .options = fb::AddNOptionsT{}};
  c.in(i32({2}, {1, 2}));
  c.in(i32({2}, {10, -20}));
  c.out(i32({2}, {11, -18}));
  run_everywhere(c);
}

OP_TEST(add_n, refuses_one_input) {
  OpCase c{.op = "ADD_N"};
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 2 or more inputs, has 1");
}

OP_TEST(add_n, refuses_two_shapes) {
  OpCase c{.op = "ADD_N"};
  c.in(f32({2}));
  c.in(f32({1}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "input 1 has shape [1], input 0 [2]");
}

OP_TEST(add_n, refuses_two_types) {
  OpCase c{.op = "ADD_N"};
  c.in(f32({2}));
  c.in(i32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "they must have the same type");
}

}  // namespace samara::testing::add_n_test

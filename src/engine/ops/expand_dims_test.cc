#include "testing/op_test.h"

namespace samara::testing::expand_dims_test {

OP_TEST(expand_dims, inserts_a_dimension) {
  const struct {
    int32_t axis;
    std::vector<int32_t> shape;
  } cases[] = {{0, {1, 2, 1}}, {1, {2, 1, 1}}, {2, {2, 1, 1}}, {-1, {2, 1, 1}}, {-3, {1, 2, 1}}};
  for (const auto& [axis, shape] : cases) {
    OpCase c{.op = "EXPAND_DIMS"};
    c.in(i8({2, 1}, {1, 2})).constant(i32({}, {axis})).out(i8(shape, {1, 2}));
    run_everywhere(c);
  }
}

OP_TEST(expand_dims, takes_64_bit_axes_and_strings) {
  OpCase c{.op = "EXPAND_DIMS"};
  c.in(strings({2}, {"x", "yz"})).constant(i64({1}, {1})).out(strings({2, 1}, {"x", "yz"}));
  run_everywhere(c);
}

OP_TEST(expand_dims, refuses_axes_out_of_range) {
  OpCase c{.op = "EXPAND_DIMS"};
  c.in(f32({2})).constant(i32({}, {2})).out(f32({2, 1}));
  expect_error(c, Code::invalid_model, "axis 2 is out of range");
}

OP_TEST(expand_dims, refuses_two_axes) {
  OpCase c{.op = "EXPAND_DIMS"};
  c.in(f32({2})).constant(i32({2}, {0, 1})).out(f32({2, 1}));
  expect_error(c, Code::invalid_model, "2 values instead of 1");
}

OP_TEST(expand_dims, refuses_a_ninth_dimension) {
  OpCase c{.op = "EXPAND_DIMS"};
  c.in(f32({1, 1, 1, 1, 1, 1, 1, 1})).constant(i32({}, {0})).out(f32({1}));
  expect_error(c, Code::unsupported, "rank 8");
}

}  // namespace samara::testing::expand_dims_test

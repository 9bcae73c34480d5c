#include "testing/op_test.h"

namespace samara::testing::squeeze_test {

OpCase squeeze(std::vector<int32_t> dims) {
  return {.op = "SQUEEZE",
          .options = options<fb::SqueezeOptionsT>([&](auto& o) { o.squeeze_dims = dims; })};
}

OP_TEST(squeeze, drops_all_ones) {
  OpCase c = squeeze({});
  c.in(f32({1, 2, 1, 3}, {1, 2, 3, 4, 5, 6})).out(f32({2, 3}, {1, 2, 3, 4, 5, 6}));
  run_everywhere(c);
}

OP_TEST(squeeze, drops_the_dimensions_named) {
  OpCase c = squeeze({0, -2});
  c.in(i8({1, 2, 1, 1}, {1, 2})).out(i8({2, 1}, {1, 2}));
  run_everywhere(c);
}

OP_TEST(squeeze, takes_strings) {
  OpCase c = squeeze({0});
  c.in(strings({1, 2}, {"ab", "c"})).out(strings({2}, {"ab", "c"}));
  run_everywhere(c);
}

OP_TEST(squeeze, refuses_dimensions_that_are_not_1) {
  OpCase c = squeeze({1});
  c.in(f32({1, 2})).out(f32({1}));
  expect_error(c, Code::invalid_model, "cannot squeeze dimension 1 of size 2");
}

OP_TEST(squeeze, refuses_axes_out_of_range) {
  OpCase c = squeeze({2});
  c.in(f32({1, 2})).out(f32({2}));
  expect_error(c, Code::invalid_model, "axis 2 is out of range");
}

}  // namespace samara::testing::squeeze_test

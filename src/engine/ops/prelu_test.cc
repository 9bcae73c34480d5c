// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::prelu_test {

OP_TEST(prelu, broadcasts_alpha) {
  OpCase c{.op = "PRELU"};
  c.in(f32({2, 2, 2}, {-1, -2, 3, -4, 5, -6, -7, 8}));
  c.constant(f32({2}, {0.5f, 0.1f}));
  c.out(f32({2, 2, 2}, {-0.5f, -0.2f, 3, -0.4f, 5, -0.6f, -3.5f, 8}));
  run_everywhere(c);
}

OP_TEST(prelu, takes_int8) {
  OpCase c{.op = "PRELU"};
  c.in(i8({6, 2}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.05f, 3));
  c.constant(i8({2}, {-30, 90}).q(0.01f, -5));
  c.out(i8({6, 2}, {29, -72, 10, -4, 3, 0, 2, 5, 35, 53, 83, 105}).q(0.06f, 2));
  run_everywhere(c);
}

OP_TEST(prelu, takes_uint8) {
  OpCase c{.op = "PRELU"};
  c.in(u8({6, 2}, {0, 3, 17, 64, 99, 127, 128, 129, 150, 200, 251, 255}).q(0.05f, 128));
  c.constant(u8({2}, {30, 190}).q(0.01f, 100));
  c.out(u8({6, 2}, {195, 26, 185, 72, 137, 119, 120, 121, 138, 180, 223, 226}).q(0.06f, 120));
  run_everywhere(c);
}

OP_TEST(prelu, takes_int16_with_int8_alpha) {
  OpCase c{.op = "PRELU"};
  c.in(i16({6, 2}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767}).q(0.001f));
  c.constant(i8({2}, {-30, 90}).q(0.01f));
  c.out(i16({6, 2}, {9830, -18001, 1500, -699, 18, -1, 0, 1, 50, 900, 12345, 32767}).q(0.001f));
  run_everywhere(c);
}

OP_TEST(prelu, refuses_an_alpha_that_is_larger) {
  OpCase c{.op = "PRELU"};
  c.in(f32({2}));
  c.in(f32({3, 2}));
  c.out(f32({3, 2}));
  expect_error(c, Code::invalid_model, "alpha of shape [3, 2] does not fit an input of shape [2]");
}

OP_TEST(prelu, refuses_int8_without_scale) {
  OpCase c{.op = "PRELU"};
  c.in(i8({2}));
  c.in(i8({2}).q(1));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

}  // namespace samara::testing::prelu_test

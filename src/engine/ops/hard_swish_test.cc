// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::hard_swish_test {

OP_TEST(hard_swish, takes_floats) {
  OpCase c{.op = "HARD_SWISH", .options = fb::HardSwishOptionsT{}};
  c.in(f32({12}, {-6.5f, -3, -1, -0.5f, -0.001f, 0, 0.25f, 0.5f, 1, 2.75f, 3.5f, 7}));
  c.out(f32({12}, {0, 0, -0.333333343f, -0.208333328f, -0.0004998334f, 0, 0.135416672f,
                   0.291666657f, 0.6666667f, 2.63541675f, 3.5f, 7}));
  run_everywhere(c);
}

OP_TEST(hard_swish, takes_int8) {
  OpCase c{.op = "HARD_SWISH", .options = fb::HardSwishOptionsT{}};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.05f, 3));
  c.out(i8({12}, {-100, -100, -109, -104, -102, -102, -101, -97, -60, -24, 21, 55}).q(0.04f, -100));
  run_everywhere(c);
}

OP_TEST(hard_swish, takes_uint8) {
  OpCase c{.op = "HARD_SWISH", .options = fb::HardSwishOptionsT{}};
  c.in(u8({12}, {0, 3, 17, 64, 99, 127, 128, 129, 150, 200, 251, 255}).q(0.05f, 128));
  c.out(u8({12}, {20, 20, 20, 20, 8, 19, 20, 21, 45, 140, 225, 232}).q(0.03f, 20));
  run_everywhere(c);
}

OP_TEST(hard_swish, refuses_an_output_scale_that_is_too_fine) {
  OpCase c{.op = "HARD_SWISH"};
  c.in(i8({2}).q(1));
  c.out(i8({2}).q(0.001f));
  expect_error(c, Code::invalid_model, "under 1/128 of the input");
}

OP_TEST(hard_swish, refuses_two_inputs) {
  OpCase c{.op = "HARD_SWISH", .options = fb::HardSwishOptionsT{}};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

OP_TEST(hard_swish, refuses_int8_without_scale) {
  OpCase c{.op = "HARD_SWISH", .options = fb::HardSwishOptionsT{}};
  c.in(i8({2}));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(hard_swish, refuses_an_output_of_another_type) {
  OpCase c{.op = "HARD_SWISH", .options = fb::HardSwishOptionsT{}};
  c.in(i8({2}).q(1));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "they must have the same type");
}

}  // namespace samara::testing::hard_swish_test

// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::l2_normalization_test {

OP_TEST(l2_normalization, takes_floats) {
  OpCase c{.op = "L2_NORMALIZATION", .options = fb::L2NormOptionsT{}};
  c.in(f32({3, 2}, {3, 4, 0, 0, -1, 1}));
  c.out(f32({3, 2}, {0.6f, 0.8f, 0, 0, -0.707106769f, 0.707106769f}));
  run_everywhere(c);
}

OP_TEST(l2_normalization, takes_int8) {
  OpCase c{.op = "L2_NORMALIZATION", .options = fb::L2NormOptionsT{}};
  c.in(i8({3, 4}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.05f, 3));
  c.out(i8({3, 4}, {-102, -72, -28, -6, -76, -57, -38, 76, 29, 45, 72, 92}).q(1.0f / 128));
  run_everywhere(c);
}

OP_TEST(l2_normalization, takes_uint8) {
  OpCase c{.op = "L2_NORMALIZATION", .options = fb::L2NormOptionsT{}};
  c.in(u8({2, 6}, {0, 3, 17, 64, 99, 127, 128, 129, 150, 200, 251, 255}).q(0.03f, 128));
  c.out(u8({2, 6}, {54, 56, 64, 91, 111, 127, 128, 129, 143, 176, 210, 213}).q(1.0f / 128, 128));
  run_everywhere(c);
}

OP_TEST(l2_normalization, refuses_scalars) {
  OpCase c{.op = "L2_NORMALIZATION"};
  c.in(f32({}));
  c.out(f32({}));
  expect_error(c, Code::invalid_model, "input is a scalar");
}

OP_TEST(l2_normalization, refuses_a_fused_activation) {
  OpCase c{.op = "L2_NORMALIZATION", .options = options<fb::L2NormOptionsT>([](auto& o) {
                                       o.fused_activation_function =
                                           fb::ActivationFunctionType_RELU;
                                     })};
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::unsupported, "fused activation 1");
}

OP_TEST(l2_normalization, refuses_another_output_scale) {
  OpCase c{.op = "L2_NORMALIZATION"};
  c.in(u8({2}).q(1));
  c.out(u8({2}).q(0.5f));
  expect_error(c, Code::invalid_model, "output must have scale 1/128 and zero point 128");
}

}  // namespace samara::testing::l2_normalization_test

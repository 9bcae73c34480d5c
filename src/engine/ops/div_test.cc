// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::div_test {

OP_TEST(div, broadcasts_floats) {
  OpCase c{.op = "DIV", .options = fb::DivOptionsT{}};
  c.in(f32({2, 1, 3}, {1, 2, 3, 4, 5, 6}));
  c.in(f32({2, 1}, {10, -0.5f}));
  c.out(f32({2, 2, 3}, {0.1f, 0.2f, 0.3f, -2, -4, -6, 0.4f, 0.5f, 0.6f, -8, -10, -12}));
  run_everywhere(c);
}

OP_TEST(div, cuts_int32) {
  OpCase c{.op = "DIV", .options = fb::DivOptionsT{}};
  c.in(i32({4}, {7, -7, 7, -7}));
  c.in(i32({4}, {2, 2, -2, -2}));
  c.out(i32({4}, {3, -3, -3, 3}));
  run_everywhere(c);
}

OP_TEST(div, wraps_the_one_overflow) {
  OpCase c{.op = "DIV", .options = fb::DivOptionsT{}};
  c.in(i32({1}, {-2147483648}));
  c.in(i32({1}, {-1}));
  c.out(i32({1}, {-2147483648}));
  run_everywhere(c);
}

OP_TEST(div, divides_int8) {
  OpCase c{.op = "DIV", .options = fb::DivOptionsT{}};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.05f, 3));
  c.in(i8({12}, {40, -50, 60, -70, 80, -90, 100, -110, 120, -128, 50, 127}).q(0.02f));
  c.out(i8({12}, {-86, 43, -19, -1, -5, -3, -4, -5, 4, -16, 45, 20}).q(0.1f, -4));
  run_everywhere(c);
}

OP_TEST(div, divides_uint8) {
  OpCase c{.op = "DIV", .options = options<fb::DivOptionsT>([](auto& o) {
                          o.fused_activation_function = fb::ActivationFunctionType_RELU6;
                        })};
  c.in(u8({12}, {0, 3, 17, 64, 99, 127, 128, 129, 150, 200, 251, 255}).q(0.05f, 100));
  c.in(u8({1}, {240}).q(0.02f, 30));
  c.out(u8({12}, {128, 128, 128, 128, 128, 144, 145, 145, 158, 188, 218, 220}).q(0.02f, 128));
  run_everywhere(c);
}

OP_TEST(div, saturates_where_the_divisor_is_small) {
  OpCase c{.op = "DIV", .options = fb::DivOptionsT{}};
  c.in(i8({2}, {127, -128}).q(1.0f));
  c.in(i8({1}, {1}).q(0.001f));
  c.out(i8({2}, {127, -128}).q(0.1f));
  run_everywhere(c);
}

OP_TEST(div, refuses_a_zero_among_int32) {
  OpCase c{.op = "DIV"};
  c.in(i32({2}, {1, 2}));
  c.constant(i32({2}, {3, 0}));
  c.out(i32({2}));
  expect_error(c, Code::invalid_model, "division by 0: element 1");
}

OP_TEST(div, refuses_a_quantized_zero) {
  OpCase c{.op = "DIV"};
  c.in(i8({2}, {1, 2}).q(1));
  c.constant(i8({2}, {3, 7}).q(1, 7));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_model, "division by 0: element 1");
}

OP_TEST(div, refuses_int16_without_scale) {
  OpCase c{.op = "DIV"};
  c.in(i16({2}));
  c.in(i16({2}));
  c.out(i16({2}));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

}  // namespace samara::testing::div_test

// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::mul_test {

OP_TEST(mul, broadcasts_floats) {
  OpCase c{.op = "MUL", .options = fb::MulOptionsT{}};
  c.in(f32({2, 1, 3}, {1, 2, 3, 4, 5, 6}));
  c.in(f32({2, 1}, {10, -0.5f}));
  c.out(f32({2, 2, 3}, {10, 20, 30, -0.5f, -1, -1.5f, 40, 50, 60, -2, -2.5f, -3}));
  run_everywhere(c);
}

OP_TEST(mul, clamps_to_relu6) {
  OpCase c{.op = "MUL", .options = options<fb::MulOptionsT>([](auto& o) {
                          o.fused_activation_function = fb::ActivationFunctionType_RELU6;
                        })};
  c.in(f32({4}, {-2, 0.5f, 2, 8}));
  c.in(f32({}, {2}));
  c.out(f32({4}, {0, 1, 4, 6}));
  run_everywhere(c);
}

OP_TEST(mul, wraps_int32) {
  OpCase c{.op = "MUL", .options = fb::MulOptionsT{}};
  c.in(i32({2}, {1073741824, -5}));
  c.in(i32({2}, {4, 3}));
  c.out(i32({2}, {0, -15}));
  run_everywhere(c);
}

OP_TEST(mul, keeps_int64) {
  OpCase c{.op = "MUL", .options = fb::MulOptionsT{}};
  c.in(i64({2}, {1099511627776, -5}));
  c.in(i64({1}, {3}));
  c.out(i64({2}, {3298534883328, -15}));
  run_everywhere(c);
}

OP_TEST(mul, rescales_int8) {
  OpCase c{.op = "MUL", .options = fb::MulOptionsT{}};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.1f, 3));
  c.in(i8({12}, {127, 100, 64, 42, 7, 1, 0, -1, -5, -33, -90, -128}).q(0.037f, -20));
  c.out(i8({12}, {-128, -128, -55, -12, -6, -5, -5, -3, 6, -17, -118, -128}).q(0.22f, -4));
  run_everywhere(c);
}

OP_TEST(mul, rescales_uint8) {
  OpCase c{.op = "MUL", .options = options<fb::MulOptionsT>([](auto& o) {
                          o.fused_activation_function = fb::ActivationFunctionType_RELU;
                        })};
  c.in(u8({12}, {0, 3, 17, 64, 99, 127, 128, 129, 150, 200, 251, 255}).q(0.05f, 128));
  c.in(u8({1}, {77}).q(0.02f, 100));
  c.out(u8({12}, {237, 234, 218, 164, 123, 91, 90, 90, 90, 90, 90, 90}).q(0.02f, 90));
  run_everywhere(c);
}

OP_TEST(mul, rescales_int16) {
  OpCase c{.op = "MUL", .options = fb::MulOptionsT{}};
  c.in(i16({12}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767}).q(0.001f));
  c.in(i16({12}, {32767, 12345, 900, 50, 1, 0, -1, -60, -777, -5000, -20001, -32768}).q(0.0007f));
  c.out(i16({12}, {-32768, -17284, -315, -3, 0, 0, 0, 0, -3, -315, -17284, -32768}).q(0.01f));
  run_everywhere(c);
}

OP_TEST(mul, takes_int16_without_scale) {
  OpCase c{.op = "MUL", .options = fb::MulOptionsT{}};
  c.in(i16({3}, {5, -7, 300}));
  c.in(i16({1}, {3}));
  c.out(i16({3}, {15, -21, 900}));
  run_everywhere(c);
}

OP_TEST(mul, multiplies_int16_fractions_to_int8) {
  OpCase c{.op = "MUL", .options = fb::MulOptionsT{}};
  c.in(i16({12}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767})
           .q(1.0f / 32768));
  c.in(i16({12}, {32767, 12345, 900, 50, 1, 0, -1, -60, -777, -5000, -20001, -32768})
           .q(1.0f / 32768));
  c.out(i8({12}, {-128, -29, -1, 0, 0, 0, 0, 0, 0, -1, -29, -128}).q(1.0f / 128));
  run_everywhere(c);
}

OP_TEST(mul, multiplies_complex_numbers) {
  OpCase c{.op = "MUL"};
  c.in(c64({2}, {{1, 2}, {0, -1}})).in(c64({1}, {{3, -1}})).out(c64({2}, {{5, 5}, {-1, -3}}));
  run_everywhere(c);
}

OP_TEST(mul, refuses_complex_numbers_with_an_activation) {
  OpCase c{.op = "MUL", .options = options<fb::MulOptionsT>([](auto& o) {
                          o.fused_activation_function = fb::ActivationFunctionType_RELU;
                        })};
  c.in(c64({2}));
  c.in(c64({2}));
  c.out(c64({2}));
  expect_error(c, Code::invalid_model, "complex numbers take no fused activation");
}

OP_TEST(mul, refuses_uint8_without_scale) {
  OpCase c{.op = "MUL"};
  c.in(u8({2}));
  c.in(u8({2}).q(1));
  c.out(u8({2}).q(1));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(mul, refuses_shapes_that_do_not_fit) {
  OpCase c{.op = "MUL"};
  c.in(f32({2, 3}));
  c.in(f32({2, 2}));
  c.out(f32({2, 3}));
  expect_error(c, Code::invalid_model, "cannot be broadcast");
}

OP_TEST(mul, refuses_three_inputs) {
  OpCase c{.op = "MUL"};
  c.in(f32({2}));
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 2 inputs, has 3");
}

}  // namespace samara::testing::mul_test

#include <limits>

#include "testing/op_test.h"

namespace samara::testing::dequantize_test {

OP_TEST(dequantize, takes_int8) {
  OpCase c{.op = "DEQUANTIZE", .options = fb::DequantizeOptionsT{}};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.05f, 3));
  c.out(f32({12}, {-6.55f, -4.65f, -1.80000007f, -0.4f, -0.2f, -0.15f, -0.1f, 0.2f, 1.95f, 3.05f,
                   4.85f, 6.20000029f}));
  run_everywhere(c);
}

OP_TEST(dequantize, takes_uint8) {
  OpCase c{.op = "DEQUANTIZE", .options = fb::DequantizeOptionsT{}};
  c.in(u8({12}, {0, 3, 17, 64, 99, 127, 128, 129, 150, 200, 251, 255}).q(0.05f, 128));
  c.out(f32({12}, {-6.4f, -6.25f, -5.55f, -3.2f, -1.45f, -0.05f, 0, 0.05f, 1.1f, 3.60000014f, 6.15f,
                   6.35f}));
  run_everywhere(c);
}

OP_TEST(dequantize, takes_int16) {
  OpCase c{.op = "DEQUANTIZE", .options = fb::DequantizeOptionsT{}};
  c.in(i16({12}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767}).q(0.001f));
  c.out(f32({12}, {-32.768f, -20.0010014f, -5, -0.777f, -0.0600000024f, -0.001f, 0, 0.001f, 0.05f,
                   0.900000036f, 12.345f, 32.7670021f}));
  run_everywhere(c);
}

OP_TEST(dequantize, widens_float16) {
  OpCase c{.op = "DEQUANTIZE", .tolerance = 0};
  c.in(f16({5}, {1, -0.5f, 65504, 6e-8f, 0})).out(f32({5}, {1, -0.5f, 65504, 5.9604645e-8f, 0}));
  run_everywhere(c);
}

OP_TEST(dequantize, takes_a_scale_for_each_channel) {
  OpCase c{.op = "DEQUANTIZE"};
  c.in(i8({2, 3}, {1, 7, 20, -2, 6, 127}).q({1, 0.5f, 0.1f}, {0, 5, 10}, 1));
  c.out(f32({2, 3}, {1, 1, 1, -2, 0.5f, 11.7f}));
  run_everywhere(c);
}

OP_TEST(dequantize, unpacks_4_and_2_bits) {
  OpCase c{.op = "DEQUANTIZE"};
  c.in(raw(Type::i4, {3}, {0x1d, 0x07}).q(0.5f)).out(f32({3}, {-1.5f, 0.5f, 3.5f}));
  run_everywhere(c);
  OpCase two{.op = "DEQUANTIZE"};
  two.in(raw(Type::i2, {4}, {0b11'10'01'00}).q(1)).out(f32({4}, {0, 1, -2, -1}));
  run_everywhere(two);
}

OP_TEST(dequantize, refuses_zero_points_beyond_the_type) {
  OpCase c{.op = "DEQUANTIZE"};
  c.in(i8({2, 2}).q({1, 2}, {0, 100000}, 1)).out(f32({2, 2}));
  expect_error(c, Code::invalid_model, "zero point 100000");
}

OP_TEST(dequantize, refuses_an_input_without_scale) {
  OpCase c{.op = "DEQUANTIZE"};
  c.in(i8({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(dequantize, refuses_an_output_that_is_not_float) {
  OpCase c{.op = "DEQUANTIZE"};
  c.in(i8({2}).q(1));
  c.out(i32({2}));
  expect_error(c, Code::unsupported, "it may be float32");
}

OP_TEST(dequantize, refuses_int16_with_a_scale_for_each_channel) {
  OpCase c{.op = "DEQUANTIZE"};
  c.in(i16({2}).q({1, 2}));
  c.out(f32({2}));
  expect_error(c, Code::unsupported, "int16 with a scale per channel");
  c.inputs[0] = i32({2}).q({1, 2});
  expect_error(c, Code::unsupported, "int32");
}

OP_TEST(dequantize, widens_the_other_narrow_floats) {
  OpCase c{.op = "DEQUANTIZE", .tolerance = 0};
  c.in(raw(Type::bf16, {2}, {0x80, 0x3f, 0x20, 0xc0})).out(f32({2}, {1, -2.5f}));
  run_everywhere(c);
  OpCase fine{.op = "DEQUANTIZE", .tolerance = 0};
  fine.in(raw(Type::f8e4m3fn, {5}, {0x38, 0x7e, 0x81, 0x08, 0x07}));
  fine.out(f32({5}, {1, 448, -0x1p-9f, 0x1p-6f, 7 * 0x1p-9f}));
  run_everywhere(fine);
  OpCase wide{.op = "DEQUANTIZE", .tolerance = 0};
  wide.in(raw(Type::f8e5m2, {4}, {0x3c, 0x7b, 0x81, 0x7c}));
  wide.out(f32({4}, {1, 57344, -0x1p-16f, std::numeric_limits<float>::infinity()}));
  run_everywhere(wide);
}

OP_TEST(dequantize, refuses_floats) {
  OpCase c{.op = "DEQUANTIZE"};
  c.in(f32({1})).out(f32({1}));
  expect_error(c, Code::invalid_model, "float32 already");
}

}  // namespace samara::testing::dequantize_test

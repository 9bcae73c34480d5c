// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::quantize_test {

OP_TEST(quantize, rounds_floats_half_away_to_int8) {
  OpCase c{.op = "QUANTIZE", .options = fb::QuantizeOptionsT{}};
  c.in(f32({12}, {-100, -2.5f, -1.5f, -0.5f, -0.25f, 0, 0.5f, 1.5f, 2.5f, 3.49f, 100, 1e+10f}));
  c.out(i8({12}, {-97, 0, 1, 2, 3, 3, 4, 5, 6, 6, 103, 127}).q(1.0f, 3));
  run_everywhere(c);
}

OP_TEST(quantize, rounds_floats_to_uint8) {
  OpCase c{.op = "QUANTIZE", .options = fb::QuantizeOptionsT{}};
  c.in(f32({12}, {-6.5f, -3, -1, -0.5f, -0.001f, 0, 0.25f, 0.5f, 1, 2.75f, 3.5f, 7}));
  c.out(u8({12}, {0, 40, 80, 90, 100, 100, 105, 110, 120, 155, 170, 240}).q(0.05f, 100));
  run_everywhere(c);
}

OP_TEST(quantize, rounds_floats_to_int16) {
  OpCase c{.op = "QUANTIZE", .options = fb::QuantizeOptionsT{}};
  c.in(f32({12}, {-6.5f, -3, -1, -0.5f, -0.001f, 0, 0.25f, 0.5f, 1, 2.75f, 3.5f, 7}));
  c.out(i16({12}, {-21667, -10000, -3333, -1667, -3, 0, 833, 1667, 3333, 9167, 11667, 23333})
            .q(0.0003f));
  run_everywhere(c);
}

OP_TEST(quantize, rescales_int8) {
  OpCase c{.op = "QUANTIZE", .options = fb::QuantizeOptionsT{}};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.05f, 3));
  c.out(i8({12}, {-128, -128, -56, -18, -12, -11, -10, -2, 46, 75, 124, 127}).q(0.037f, -7));
  run_everywhere(c);
}

OP_TEST(quantize, turns_uint8_into_int8) {
  OpCase c{.op = "QUANTIZE", .options = fb::QuantizeOptionsT{}};
  c.in(u8({12}, {0, 3, 17, 64, 99, 127, 128, 129, 150, 200, 251, 255}).q(0.05f, 128));
  c.out(i8({12}, {-128, -125, -111, -64, -29, -1, 0, 1, 22, 72, 123, 127}).q(0.05f));
  run_everywhere(c);
}

OP_TEST(quantize, rescales_int8_to_int16) {
  OpCase c{.op = "QUANTIZE", .options = fb::QuantizeOptionsT{}};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.05f, 3));
  c.out(
      i16({12}, {-32750, -23250, -9000, -2000, -1000, -750, -500, 1000, 9750, 15250, 24250, 31000})
          .q(0.0002f));
  run_everywhere(c);
}

OP_TEST(quantize, rescales_int16_to_int8) {
  OpCase c{.op = "QUANTIZE", .options = fb::QuantizeOptionsT{}};
  c.in(i16({12}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767}).q(0.001f));
  c.out(i8({12}, {-128, -95, -20, 1, 5, 5, 5, 5, 5, 10, 67, 127}).q(0.2f, 5));
  run_everywhere(c);
}

OP_TEST(quantize, rescales_int16_to_int32) {
  OpCase c{.op = "QUANTIZE", .options = fb::QuantizeOptionsT{}};
  c.in(i16({12}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767}).q(0.001f));
  c.out(i32({12}, {-327680, -200010, -50000, -7770, -600, -10, 0, 10, 500, 9000, 123450, 327670})
            .q(0.0001f));
  run_everywhere(c);
}

OP_TEST(quantize, rescales_int32_to_int16) {
  OpCase c{.op = "QUANTIZE", .options = fb::QuantizeOptionsT{}};
  c.in(i32({4}, {-1000000, -7, 0, 123456}).q(0.001f));
  c.out(i16({4}, {-32768, -1, 0, 12346}).q(0.01f));
  run_everywhere(c);
}

OP_TEST(quantize, takes_a_scale_for_each_channel) {
  OpCase c{.op = "QUANTIZE"};
  c.weights(f32({2, 3}, {1, 1, 1, -2, 0.4f, 30}));
  c.out(i8({2, 3}, {1, 7, 20, -2, 6, 127}).q({1, 0.5f, 0.1f}, {0, 5, 10}, 1));
  run_everywhere(c);
}

OP_TEST(quantize, packs_4_bits) {
  OpCase c{.op = "QUANTIZE"};
  c.in(f32({3}, {-3, 1, 100})).out(raw(Type::i4, {3}, {0x1d, 0x07}).q(1));
  run_everywhere(c);
}

OP_TEST(quantize, refuses_an_output_without_scale) {
  OpCase c{.op = "QUANTIZE"};
  c.in(f32({2}));
  c.out(i8({2}));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(quantize, refuses_uint8_to_int32) {
  OpCase c{.op = "QUANTIZE"};
  c.in(u8({2}).q(1));
  c.out(i32({2}).q(1));
  expect_error(c, Code::unsupported, "it may be");
}

OP_TEST(quantize, refuses_scales_that_do_not_fit_the_shape) {
  OpCase c{.op = "QUANTIZE"};
  c.in(f32({2, 3}));
  c.out(i8({2, 3}).q({1, 2}, {0, 0}, 1));
  expect_error(c, Code::invalid_model, "2 scales along dimension 1");
}

}  // namespace samara::testing::quantize_test

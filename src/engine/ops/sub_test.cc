// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::sub_test {

OP_TEST(sub, broadcasts_floats) {
  OpCase c{.op = "SUB", .options = fb::SubOptionsT{}};
  c.in(f32({2, 1, 3}, {1, 2, 3, 4, 5, 6}));
  c.in(f32({2, 1}, {10, -20}));
  c.out(f32({2, 2, 3}, {-9, -8, -7, 21, 22, 23, -6, -5, -4, 24, 25, 26}));
  run_everywhere(c);
}

OP_TEST(sub, takes_scalars_and_activations) {
  OpCase c{.op = "SUB", .options = options<fb::SubOptionsT>([](auto& o) {
                          o.fused_activation_function = fb::ActivationFunctionType_RELU_N1_TO_1;
                        })};
  c.in(f32({4}, {-2, -0.25f, 0.5f, 8}));
  c.in(f32({}, {0.5f}));
  c.out(f32({4}, {-1, -0.75f, 0, 1}));
  run_everywhere(c);
}

OP_TEST(sub, wraps_int32) {
  OpCase c{.op = "SUB", .options = fb::SubOptionsT{}};
  c.in(i32({2}, {2147483647, -5}));
  c.in(i32({2}, {-1, 3}));
  c.out(i32({2}, {-2147483648, -8}));
  run_everywhere(c);
}

OP_TEST(sub, keeps_int64) {
  OpCase c{.op = "SUB", .options = fb::SubOptionsT{}};
  c.in(i64({2}, {1099511627776, -5}));
  c.in(i64({1}, {3}));
  c.out(i64({2}, {1099511627773, -8}));
  run_everywhere(c);
}

OP_TEST(sub, rescales_int8) {
  OpCase c{.op = "SUB", .options = options<fb::SubOptionsT>([](auto& o) {
                          o.fused_activation_function = fb::ActivationFunctionType_NONE;
                        })};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.1f, 3));
  c.in(i8({12}, {127, 100, 64, 42, 7, 1, 0, -1, -5, -33, -90, -128}).q(0.037f, -20));
  c.out(i8({12}, {-128, -119, -60, -30, -16, -13, -12, -7, 24, 51, 98, 127}).q(0.12f, -4));
  run_everywhere(c);
}

OP_TEST(sub, rescales_uint8_within_relu6) {
  OpCase c{.op = "SUB", .options = options<fb::SubOptionsT>([](auto& o) {
                          o.fused_activation_function = fb::ActivationFunctionType_RELU6;
                        })};
  c.in(u8({12}, {0, 3, 17, 64, 99, 127, 128, 129, 150, 200, 251, 255}).q(0.05f, 128));
  c.in(u8({1}, {77}).q(0.02f, 100));
  c.out(u8({12}, {90, 90, 90, 90, 90, 100, 102, 103, 129, 192, 240, 240}).q(0.04f, 90));
  run_everywhere(c);
}

OP_TEST(sub, rescales_int16) {
  OpCase c{.op = "SUB",
           .options = options<fb::SubOptionsT>([](auto& o) { o.pot_scale_int16 = false; })};
  c.in(i16({12}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767}).q(0.001f));
  c.in(i16({12}, {32767, 12345, 900, 50, 1, 0, -1, -60, -777, -5000, -20001, -32768}).q(0.0007f));
  c.out(
      i16({12}, {-32768, -26039, -5118, -738, -55, -1, 1, 39, 540, 4000, 23951, 32767}).q(0.0011f));
  run_everywhere(c);
}

OP_TEST(sub, shifts_int16_with_power_of_two_scales) {
  OpCase c{.op = "SUB",
           .options = options<fb::SubOptionsT>([](auto& o) { o.pot_scale_int16 = true; })};
  c.in(i16({12}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767})
           .q(1.0f / 4096));
  c.in(i16({12}, {32767, 12345, 900, 50, 1, 0, -1, -60, -777, -5000, -20001, -32768})
           .q(1.0f / 16384));
  c.out(i16({12}, {-32768, -23087, -5225, -790, -60, -1, 0, 16, 244, 2150, 17345, 32767})
            .q(1.0f / 4096));
  run_everywhere(c);
}

OP_TEST(sub, refuses_shapes_that_do_not_fit) {
  OpCase c{.op = "SUB"};
  c.in(f32({2, 3}));
  c.in(f32({2, 2}));
  c.out(f32({2, 3}));
  expect_error(c, Code::invalid_model, "shapes [2, 3] and [2, 2] cannot be broadcast");
}

OP_TEST(sub, refuses_two_types) {
  OpCase c{.op = "SUB"};
  c.in(f32({2}));
  c.in(i32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "they must have the same type");
}

OP_TEST(sub, refuses_one_input) {
  OpCase c{.op = "SUB"};
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 2 inputs, has 1");
}

OP_TEST(sub, saturates_where_the_output_scale_is_too_small) {
  OpCase c{.op = "SUB", .options = fb::SubOptionsT{}};
  c.in(i8({4}, {3, 3, 100, -128}).q(2.0f, 3));
  c.in(i8({4}, {5, 4, 5, 5}).q(2.0f, 5));
  c.out(i8({4}, {7, 127, 127, -128}).q(1e-7f, 7));
  run_everywhere(c);
}

OP_TEST(sub, saturates_int16_where_the_output_scale_is_too_small) {
  OpCase c{.op = "SUB",
           .options = options<fb::SubOptionsT>([](auto& o) { o.pot_scale_int16 = false; })};
  c.in(i16({4}, {3, 3, 100, -128}).q(0.2f));
  c.in(i16({4}, {5, 4, 5, 5}).q(0.2f));
  c.out(i16({4}, {-32768, -32768, 32767, -32768}).q(2e-7f));
  run_everywhere(c);
}

OP_TEST(sub, refuses_int8_without_scale) {
  OpCase c{.op = "SUB"};
  c.in(i8({2}));
  c.in(i8({2}).q(1));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(sub, refuses_a_negative_scale) {
  OpCase c{.op = "SUB"};
  c.in(i8({2}).q(-1));
  c.in(i8({2}).q(1));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_model, "has the scale -1");
}

OP_TEST(sub, refuses_a_zero_point_beyond_the_type) {
  OpCase c{.op = "SUB"};
  c.in(i8({2}).q(1, 300));
  c.in(i8({2}).q(1));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_model, "zero point 300");
}

OP_TEST(sub, refuses_int16_zero_points) {
  OpCase c{.op = "SUB"};
  c.in(i16({2}).q(1, 3));
  c.in(i16({2}).q(1));
  c.out(i16({2}).q(1));
  expect_error(c, Code::invalid_model, "a 16-bit zero point must be 0, not 3");
}

OP_TEST(sub, refuses_power_of_two_scales_that_do_not_fit) {
  OpCase c{.op = "SUB"};
  c.in(i16({2}).q(0.5f));
  c.in(i16({2}).q(0.25f));
  c.out(i16({2}).q(0.125f));
  expect_error(c, Code::invalid_model, "one input must have the output");
}

OP_TEST(sub, refuses_fused_tanh) {
  OpCase c{.op = "SUB", .options = options<fb::SubOptionsT>([](auto& o) {
                          o.fused_activation_function = fb::ActivationFunctionType_TANH;
                        })};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::unsupported, "fused activation 4");
}

}  // namespace samara::testing::sub_test

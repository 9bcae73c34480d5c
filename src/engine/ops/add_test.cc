// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::add_test {

OP_TEST(add, broadcasts_floats) {
  OpCase c{.op = "ADD", .options = fb::AddOptionsT{}};
  c.in(f32({2, 1, 3}, {1, 2, 3, 4, 5, 6}));
  c.in(f32({2, 1}, {10, -20}));
  c.out(f32({2, 2, 3}, {11, 12, 13, -19, -18, -17, 14, 15, 16, -16, -15, -14}));
  run_everywhere(c);
}

OP_TEST(add, takes_scalars_and_activations) {
  OpCase c{.op = "ADD", .options = options<fb::AddOptionsT>([](auto& o) {
                          o.fused_activation_function = fb::ActivationFunctionType_RELU_N1_TO_1;
                        })};
  c.in(f32({4}, {-2, -0.25f, 0.5f, 8}));
  c.in(f32({}, {0.5f}));
  c.out(f32({4}, {-1, 0.25f, 1, 1}));
  run_everywhere(c);
}

OP_TEST(add, wraps_int32) {
  OpCase c{.op = "ADD", .options = fb::AddOptionsT{}};
  c.in(i32({2}, {2147483647, -5}));
  c.in(i32({2}, {1, 3}));
  c.out(i32({2}, {-2147483648, -2}));
  run_everywhere(c);
}

OP_TEST(add, keeps_int64) {
  OpCase c{.op = "ADD", .options = fb::AddOptionsT{}};
  c.in(i64({2}, {1099511627776, -5}));
  c.in(i64({1}, {3}));
  c.out(i64({2}, {1099511627779, -2}));
  run_everywhere(c);
}

OP_TEST(add, rescales_int8) {
  OpCase c{.op = "ADD", .options = options<fb::AddOptionsT>([](auto& o) {
                          o.fused_activation_function = fb::ActivationFunctionType_NONE;
                        })};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.1f, 3));
  c.in(i8({12}, {127, 100, 64, 42, 7, 1, 0, -1, -5, -33, -90, -128}).q(0.037f, -20));
  c.out(i8({12}, {-68, -45, -8, 8, 1, 0, 1, 5, 33, 43, 55, 66}).q(0.12f, -4));
  run_everywhere(c);
}

OP_TEST(add, rescales_uint8_within_relu6) {
  OpCase c{.op = "ADD", .options = options<fb::AddOptionsT>([](auto& o) {
                          o.fused_activation_function = fb::ActivationFunctionType_RELU6;
                        })};
  c.in(u8({12}, {0, 3, 17, 64, 99, 127, 128, 129, 150, 200, 251, 255}).q(0.05f, 128));
  c.in(u8({1}, {77}).q(0.02f, 100));
  c.out(u8({12}, {90, 90, 90, 90, 90, 90, 90, 90, 106, 169, 232, 237}).q(0.04f, 90));
  run_everywhere(c);
}

OP_TEST(add, rescales_int16) {
  OpCase c{.op = "ADD",
           .options = options<fb::AddOptionsT>([](auto& o) { o.pot_scale_int16 = false; })};
  c.in(i16({12}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767}).q(0.001f));
  c.in(i16({12}, {32767, 12345, 900, 50, 1, 0, -1, -60, -777, -5000, -20001, -32768}).q(0.0007f));
  c.out(i16({12}, {-8937, -10327, -3973, -675, -54, -1, -1, -37, -449, -2364, -1505, 8936})
            .q(0.0011f));
  run_everywhere(c);
}

OP_TEST(add, shifts_int16_with_power_of_two_scales) {
  OpCase c{.op = "ADD",
           .options = options<fb::AddOptionsT>([](auto& o) { o.pot_scale_int16 = true; })};
  c.in(i16({12}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767})
           .q(1.0f / 4096));
  c.in(i16({12}, {32767, 12345, 900, 50, 1, 0, -1, -60, -777, -5000, -20001, -32768})
           .q(1.0f / 16384));
  c.out(i16({12}, {-24576, -16915, -4775, -764, -60, -1, 0, -14, -144, -350, 7345, 24575})
            .q(1.0f / 4096));
  run_everywhere(c);
}

OP_TEST(add, refuses_shapes_that_do_not_fit) {
  OpCase c{.op = "ADD"};
  c.in(f32({2, 3}));
  c.in(f32({2, 2}));
  c.out(f32({2, 3}));
  expect_error(c, Code::invalid_model, "shapes [2, 3] and [2, 2] cannot be broadcast");
}

OP_TEST(add, refuses_two_types) {
  OpCase c{.op = "ADD"};
  c.in(f32({2}));
  c.in(i32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "they must have the same type");
}

OP_TEST(add, refuses_one_input) {
  OpCase c{.op = "ADD"};
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 2 inputs, has 1");
}

OP_TEST(add, saturates_where_the_output_scale_is_too_small) {
  OpCase c{.op = "ADD", .options = fb::AddOptionsT{}};
  c.in(i8({4}, {3, 3, 100, -128}).q(2.0f, 3));
  c.in(i8({4}, {5, 4, 5, 5}).q(2.0f, 5));
  c.out(i8({4}, {7, -128, 127, -128}).q(1e-7f, 7));
  run_everywhere(c);
}

OP_TEST(add, saturates_int16_where_the_output_scale_is_too_small) {
  OpCase c{.op = "ADD",
           .options = options<fb::AddOptionsT>([](auto& o) { o.pot_scale_int16 = false; })};
  c.in(i16({4}, {3, 3, 100, -128}).q(0.2f));
  c.in(i16({4}, {5, 4, 5, 5}).q(0.2f));
  c.out(i16({4}, {32767, 32767, 32767, -32768}).q(2e-7f));
  run_everywhere(c);
}

OP_TEST(add, refuses_int8_without_scale) {
  OpCase c{.op = "ADD"};
  c.in(i8({2}));
  c.in(i8({2}).q(1));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(add, refuses_a_negative_scale) {
  OpCase c{.op = "ADD"};
  c.in(i8({2}).q(-1));
  c.in(i8({2}).q(1));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_model, "has the scale -1");
}

OP_TEST(add, refuses_a_zero_point_beyond_the_type) {
  OpCase c{.op = "ADD"};
  c.in(i8({2}).q(1, 300));
  c.in(i8({2}).q(1));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_model, "zero point 300");
}

OP_TEST(add, refuses_int16_zero_points) {
  OpCase c{.op = "ADD"};
  c.in(i16({2}).q(1, 3));
  c.in(i16({2}).q(1));
  c.out(i16({2}).q(1));
  expect_error(c, Code::invalid_model, "a 16-bit zero point must be 0, not 3");
}

OP_TEST(add, refuses_power_of_two_scales_that_do_not_fit) {
  OpCase c{.op = "ADD"};
  c.in(i16({2}).q(0.5f));
  c.in(i16({2}).q(0.25f));
  c.out(i16({2}).q(0.125f));
  expect_error(c, Code::invalid_model, "one input must have the output");
}

OP_TEST(add, refuses_fused_tanh) {
  OpCase c{.op = "ADD", .options = options<fb::AddOptionsT>([](auto& o) {
                          o.fused_activation_function = fb::ActivationFunctionType_TANH;
                        })};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::unsupported, "fused activation 4");
}

}  // namespace samara::testing::add_test

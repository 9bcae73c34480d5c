// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::average_pool_2d_test {

OP_TEST(average_pool_2d, pads_at_the_end_first) {
  OpCase c{.op = "AVERAGE_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
                                      o.padding = fb::Padding_SAME;
                                      o.stride_w = 2;
                                      o.stride_h = 2;
                                      o.filter_width = 3;
                                      o.filter_height = 2;
                                    })};
  c.in(f32({1, 3, 4, 2}, {-4, -3.5f, -3, -2.5f, -2, -1.5f, -1, -0.5f, 0, 0.5f, 1, 1.5f,
                          2,  2.5f,  3,  3.5f,  4,  4.5f,  5,  5.5f,  6, 6.5f, 7, 7.5f}));
  c.out(f32({1, 2, 2, 2}, {-1, -0.5f, 0.5f, 1, 5, 5.5f, 6.5f, 7}));
  run_everywhere(c);
}

OP_TEST(average_pool_2d, leaves_out_partial_windows) {
  OpCase c{.op = "AVERAGE_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
                                      o.padding = fb::Padding_VALID;
                                      o.fused_activation_function = fb::ActivationFunctionType_RELU;
                                      o.stride_w = 2;
                                      o.stride_h = 2;
                                      o.filter_width = 3;
                                      o.filter_height = 2;
                                    })};
  c.in(f32({1, 3, 4, 2}, {-4, -3.5f, -3, -2.5f, -2, -1.5f, -1, -0.5f, 0, 0.5f, 1, 1.5f,
                          2,  2.5f,  3,  3.5f,  4,  4.5f,  5,  5.5f,  6, 6.5f, 7, 7.5f}));
  c.out(f32({1, 1, 1, 2}, {0, 0}));
  run_everywhere(c);
}

OP_TEST(average_pool_2d, covers_a_whole_image) {
  OpCase c{.op = "AVERAGE_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
                                      o.padding = fb::Padding_VALID;
                                      o.stride_w = 1;
                                      o.stride_h = 1;
                                      o.filter_width = 4;
                                      o.filter_height = 3;
                                    })};
  c.in(f32({1, 3, 4, 2}, {-4, -3.5f, -3, -2.5f, -2, -1.5f, -1, -0.5f, 0, 0.5f, 1, 1.5f,
                          2,  2.5f,  3,  3.5f,  4,  4.5f,  5,  5.5f,  6, 6.5f, 7, 7.5f}));
  c.out(f32({1, 1, 1, 2}, {1.5f, 2}));
  run_everywhere(c);
}

OP_TEST(average_pool_2d, takes_int8) {
  OpCase c{.op = "AVERAGE_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
                                      o.padding = fb::Padding_SAME;
                                      o.fused_activation_function =
                                          fb::ActivationFunctionType_RELU6;
                                      o.stride_w = 2;
                                      o.stride_h = 2;
                                      o.filter_width = 3;
                                      o.filter_height = 2;
                                    })};
  c.in(i8({1, 3, 4, 2}, {-128, 127, 125, 125, 52, -104, 36,  1,   -6,  -27, -61, -76,
                         46,   98,  -91, 10,  16, 28,   -66, -55, -31, 14,  91,  59})
           .q(0.05f, 3));
  c.out(i8({1, 2, 2, 2}, {5, 24, 11, 3, 3, 3, 30, 37}).q(0.05f, 3));
  run_everywhere(c);
}

OP_TEST(average_pool_2d, takes_uint8) {
  OpCase c{.op = "AVERAGE_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
                                      o.padding = fb::Padding_SAME;
                                      o.fused_activation_function = fb::ActivationFunctionType_NONE;
                                      o.stride_w = 2;
                                      o.stride_h = 2;
                                      o.filter_width = 3;
                                      o.filter_height = 2;
                                    })};
  c.in(u8({1, 3, 4, 2}, {0,   255, 253, 253, 180, 24,  164, 129, 122, 101, 67,  52,
                         174, 226, 37,  138, 144, 156, 62,  73,  97,  142, 219, 187})
           .q(0.05f, 128));
  c.out(u8({1, 2, 2, 2}, {133, 152, 139, 129, 101, 124, 158, 165}).q(0.05f, 128));
  run_everywhere(c);
}

OP_TEST(average_pool_2d, takes_int16) {
  OpCase c{.op = "AVERAGE_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
                                      o.padding = fb::Padding_SAME;
                                      o.fused_activation_function = fb::ActivationFunctionType_NONE;
                                      o.stride_w = 2;
                                      o.stride_h = 2;
                                      o.filter_width = 3;
                                      o.filter_height = 2;
                                    })};
  c.in(i16({1, 3, 4, 2}, {-32768, 32767, 32211,  32208,  13312, -26429, 9325,   439,
                          -1323,  -6787, -15378, -19267, 12026, 25124,  -23159, 2653,
                          4164,   7353,  -16880, -14067, -7721, 3673,   23493,  15314})
           .q(0.05f));
  c.out(i16({1, 2, 2, 2}, {1347, 6269, 2876, 447, -6812, -1014, 7886, 9494}).q(0.05f));
  run_everywhere(c);
}

OP_TEST(average_pool_2d, refuses_int8_without_scale) {
  OpCase c{.op = "AVERAGE_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
                                      o.padding = fb::Padding_SAME;
                                      o.stride_w = 2;
                                      o.stride_h = 2;
                                      o.filter_width = 3;
                                      o.filter_height = 2;
                                    })};
  c.in(i8({1, 2, 2, 1}));
  c.out(i8({1, 2, 2, 1}));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(average_pool_2d, refuses_another_rank) {
  OpCase c{.op = "AVERAGE_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
                                      o.padding = fb::Padding_SAME;
                                      o.stride_w = 2;
                                      o.stride_h = 2;
                                      o.filter_width = 3;
                                      o.filter_height = 2;
                                    })};
  c.in(f32({2, 2, 1}));
  c.out(f32({2, 2, 1}));
  expect_error(c, Code::invalid_model, "it must have rank 4");
}

OP_TEST(average_pool_2d, refuses_stride_0) {
  OpCase c{.op = "AVERAGE_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
                                      o.filter_width = 1;
                                      o.filter_height = 1;
                                    })};
  c.in(f32({1, 2, 2, 1}));
  c.out(f32({1, 2, 2, 1}));
  expect_error(c, Code::invalid_model, "stride 0");
}

OP_TEST(average_pool_2d, refuses_an_empty_window) {
  OpCase c{.op = "AVERAGE_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
                                      o.stride_w = 1;
                                      o.stride_h = 1;
                                    })};
  c.in(f32({1, 2, 2, 1}));
  c.out(f32({1, 2, 2, 1}));
  expect_error(c, Code::invalid_model, "filter 0");
}

OP_TEST(average_pool_2d, refuses_a_window_that_does_not_fit) {
  OpCase c{.op = "AVERAGE_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
                                      o.padding = fb::Padding_VALID;
                                      o.stride_w = 1;
                                      o.stride_h = 1;
                                      o.filter_width = 1;
                                      o.filter_height = 5;
                                    })};
  c.in(f32({1, 2, 2, 1}));
  c.out(f32({1, 2, 2, 1}));
  expect_error(c, Code::invalid_model, "does not fit");
}

OP_TEST(average_pool_2d, refuses_fused_tanh) {
  OpCase c{.op = "AVERAGE_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
                                      o.fused_activation_function = fb::ActivationFunctionType_TANH;
                                    })};
  c.in(f32({1, 2, 2, 1}));
  c.out(f32({1, 2, 2, 1}));
  expect_error(c, Code::unsupported, "fused activation 4");
}

}  // namespace samara::testing::average_pool_2d_test

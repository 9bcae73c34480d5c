#include "testing/op_test.h"

namespace samara::testing::l2_pool_2d_test {

OP_TEST(l2_pool_2d, pads_at_the_end_first) {
  OpCase c{.op = "L2_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
                                 o.padding = fb::Padding_SAME;
                                 o.stride_w = 2;
                                 o.stride_h = 2;
                                 o.filter_width = 3;
                                 o.filter_height = 2;
                               })};
  c.in(f32({1, 3, 4, 2}, {-4, -3.5f, -3, -2.5f, -2, -1.5f, -1, -0.5f, 0, 0.5f, 1, 1.5f,
                          2,  2.5f,  3,  3.5f,  4,  4.5f,  5,  5.5f,  6, 6.5f, 7, 7.5f}));
  c.out(f32({1, 2, 2, 2}, {2.380476f, 2.21735573f, 2.12132025f, 2.291288f, 5.066228f, 5.56027555f,
                           6.519202f, 7.017834f}));
  run_everywhere(c);
}

OP_TEST(l2_pool_2d, leaves_out_partial_windows) {
  OpCase c{.op = "L2_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
                                 o.padding = fb::Padding_VALID;
                                 o.fused_activation_function = fb::ActivationFunctionType_RELU;
                                 o.stride_w = 2;
                                 o.stride_h = 2;
                                 o.filter_width = 3;
                                 o.filter_height = 2;
                               })};
  c.in(f32({1, 3, 4, 2}, {-4, -3.5f, -3, -2.5f, -2, -1.5f, -1, -0.5f, 0, 0.5f, 1, 1.5f,
                          2,  2.5f,  3,  3.5f,  4,  4.5f,  5,  5.5f,  6, 6.5f, 7, 7.5f}));
  c.out(f32({1, 1, 1, 2}, {2.380476f, 2.21735573f}));
  run_everywhere(c);
}

OP_TEST(l2_pool_2d, covers_a_whole_image) {
  OpCase c{.op = "L2_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
                                 o.padding = fb::Padding_VALID;
                                 o.stride_w = 1;
                                 o.stride_h = 1;
                                 o.filter_width = 4;
                                 o.filter_height = 3;
                               })};
  c.in(f32({1, 3, 4, 2}, {-4, -3.5f, -3, -2.5f, -2, -1.5f, -1, -0.5f, 0, 0.5f, 1, 1.5f,
                          2,  2.5f,  3,  3.5f,  4,  4.5f,  5,  5.5f,  6, 6.5f, 7, 7.5f}));
  c.out(f32({1, 1, 1, 2}, {3.76386333f, 3.98956966f}));
  run_everywhere(c);
}

OP_TEST(l2_pool_2d, refuses_another_rank) {
  OpCase c{.op = "L2_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
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

OP_TEST(l2_pool_2d, refuses_stride_0) {
  OpCase c{.op = "L2_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
                                 o.filter_width = 1;
                                 o.filter_height = 1;
                               })};
  c.in(f32({1, 2, 2, 1}));
  c.out(f32({1, 2, 2, 1}));
  expect_error(c, Code::invalid_model, "stride 0");
}

OP_TEST(l2_pool_2d, refuses_an_empty_window) {
  OpCase c{.op = "L2_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
                                 o.stride_w = 1;
                                 o.stride_h = 1;
                               })};
  c.in(f32({1, 2, 2, 1}));
  c.out(f32({1, 2, 2, 1}));
  expect_error(c, Code::invalid_model, "filter 0");
}

OP_TEST(l2_pool_2d, refuses_a_window_that_does_not_fit) {
  OpCase c{.op = "L2_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
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

OP_TEST(l2_pool_2d, refuses_fused_tanh) {
  OpCase c{.op = "L2_POOL_2D", .options = options<fb::Pool2DOptionsT>([](auto& o) {
                                 o.fused_activation_function = fb::ActivationFunctionType_TANH;
                               })};
  c.in(f32({1, 2, 2, 1}));
  c.out(f32({1, 2, 2, 1}));
  expect_error(c, Code::unsupported, "fused activation 4");
}

}  // namespace samara::testing::l2_pool_2d_test

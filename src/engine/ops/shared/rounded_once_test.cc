// The xnnpack profile. Results are those of LiteRT 2.3.0's default path on x86-64; each case has
// values at which its reference kernels give others.
#include "testing/op_test.h"

namespace samara::testing {
namespace {

OP_TEST(rounded_once, sums_take_ties_up) {
  OpCase c{.op = "ADD", .numerics = graph::Numerics::xnnpack};
  c.in(i8({16}, {-128, -77, -33, -6, -5, -3, -2, -1, 0, 1, 2, 3, 5, 7, 42, 127}).q(0.5f, 0));
  c.in(i8({16}, {127, 42, 7, 5, 3, 2, 1, 0, -1, -2, -3, -5, -6, -33, -77, -128}).q(0.5f, 3));
  c.out(i8({16}, {-5, -22, -17, -5, -5, -5, -5, -5, -5, -5, -5, -5, -5, -17, -22, -5}).q(1, -3));
  run_everywhere(c);
}

OP_TEST(rounded_once, diferences_too) {
  OpCase c{.op = "SUB", .numerics = graph::Numerics::xnnpack};
  c.in(i8({16}, {-128, -77, -33, -6, -5, -3, -2, -1, 0, 1, 2, 3, 5, 7, 42, 127}).q(0.5f, 0));
  c.in(i8({16}, {3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3}).q(0.5f, 3));
  c.out(i8({16}, {-67, -41, -19, -6, -5, -4, -4, -3, -3, -2, -2, -1, 0, 1, 18, 61}).q(1, -3));
  run_everywhere(c);
}

OP_TEST(rounded_once, products_go_to_even) {
  OpCase c{.op = "MUL", .numerics = graph::Numerics::xnnpack};
  c.in(u8({16}, {0, 51, 95, 122, 123, 125, 126, 127, 128, 129, 130, 131, 133, 135, 170, 255})
           .q(0.5f, 128));
  c.in(u8({16}, {128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128})
           .q(0.5f, 127));
  c.out(u8({16}, {36, 62, 84, 97, 98, 98, 99, 100, 100, 100, 101, 102, 102, 104, 121, 164})
            .q(0.5f, 100));
  run_everywhere(c);
}

OP_TEST(rounded_once, floats_go_to_even) {
  OpCase c{.op = "QUANTIZE", .numerics = graph::Numerics::xnnpack};
  c.in(f32({8}, {-2.5, -1.5, -0.5f, 0.5f, 1.5, 2.5, 100.25f, -1000}));
  c.out(i8({8}, {-1, -1, 1, 1, 3, 3, 101, -128}).q(1, 1));
  run_everywhere(c);
}

OP_TEST(rounded_once, conversions_have_a_multiplier_of_8_bits) {
  OpCase c{.op = "QUANTIZE", .numerics = graph::Numerics::xnnpack};
  c.in(i8({16}, {-128, -77, -33, -6, -5, -3, -2, -1, 0, 1, 2, 3, 5, 7, 42, 127}).q(0.05f, 3));
  c.out(i8({16}, {-128, -107, -54, -21, -20, -17, -16, -15, -14, -12, -11, -10, -8, -5, 38, 127})
            .q(0.041f, -10));
  run_everywhere(c);
}

OP_TEST(rounded_once, leaky_relu_has_one_too) {
  OpCase c{.op = "LEAKY_RELU",
           .options = options<fb::LeakyReluOptionsT>([](auto& o) { o.alpha = 0.3f; }),
           .numerics = graph::Numerics::xnnpack};
  c.in(i8({16}, {-128, -77, -33, -6, -5, -3, -2, -1, 0, 1, 2, 3, 5, 7, 42, 127}).q(0.05f, 3));
  c.out(i8({16}, {-69, -46, -26, -14, -14, -13, -12, -12, -11, -11, -10, -10, -7, -4, 49, 127})
            .q(0.033f, -10));
  run_everywhere(c);
}

OP_TEST(rounded_once, means_go_to_even_after_the_zero_point) {
  OpCase c{.op = "MEAN",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = false; }),
           .numerics = graph::Numerics::xnnpack};
  c.in(i8({2, 8}, {1, 2, 5, 9, -5, 7, 8, 100, -1, -1, -2, -8, -9, -9, -9, 2}).q(0.5f, 3));
  c.weights(i32({1}, {0}));
  c.out(i8({8}, {-2, -2, 0, -2, -9, -3, -2, 49}).q(0.5f, 1));
  run_everywhere(c);
}

OP_TEST(rounded_once, sums_of_cells_too) {
  OpCase c{.op = "SUM",
           .options = options<fb::ReducerOptionsT>([](auto& o) { o.keep_dims = false; }),
           .numerics = graph::Numerics::xnnpack};
  c.in(u8({2, 4}, {1, 2, 5, 9, 5, 7, 8, 100}).q(0.5f, 3));
  c.weights(i32({1}, {0}));
  c.out(u8({4}, {1, 2, 4, 52}).q(1, 1));
  run_everywhere(c);
}

OP_TEST(rounded_once, images_have_places_of_11_bits) {
  OpCase c{
      .op = "RESIZE_BILINEAR",
      .options = options<fb::ResizeBilinearOptionsT>([](auto& o) { o.half_pixel_centers = true; }),
      .numerics = graph::Numerics::xnnpack};
  c.in(i8({1, 2, 2, 1}, {-120, 100, 77, -3}).q(1, 0));
  c.weights(i32({2}, {3, 5}));
  c.out(
      i8({1, 3, 5, 1}, {-120, -98, -10, 78, 100, -21, -14, 14, 41, 49, 77, 69, 37, 5, -3}).q(1, 0));
  run_everywhere(c);
}

OP_TEST(rounded_once, a_layer_goes_to_even) {
  OpCase c{.op = "FULLY_CONNECTED",
           .options = options<fb::FullyConnectedOptionsT>([](auto&) {}),
           .numerics = graph::Numerics::xnnpack};
  c.in(i8({8, 2}, {1, 0, 2, 0, 3, 0, 5, 0, -1, 0, -3, 0, -5, 0, 0, 7}).q(1, 0));
  c.weights(i8({1, 2}, {1, 1}).q(1, 0));
  c.weights(i32({1}, {0}).q(1, 0));
  c.out(i8({8, 1}, {0, 1, 2, 2, 0, -2, -2, 4}).q(2, 0));
  run_everywhere(c);
}

}  // namespace
}  // namespace samara::testing

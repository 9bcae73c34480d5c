// The xnnpack profile. Results are those of LiteRT 2.3.0's default path on x86-64; each case has
// values at which its reference kernels give others.
#include "testing/op_test.h"

namespace samara::testing::rounded_once_test {

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

OP_TEST(rounded_once, seven_dimensions_are_no_case_for_xnnpack) {
  // 3 * 0.5 and 5 * 0.5 lie between two steps: to even that is 2 and 2, away from zero 2 and 3.
  const std::vector<int8_t> in{3, 5}, even{2, 2}, away{2, 3};
  for (const bool many : {false, true}) {
    const Literal::Dims shape = many ? Literal::Dims{1, 1, 1, 1, 1, 1, 2} : Literal::Dims{2};
    OpCase c{.op = "MUL", .numerics = graph::Numerics::xnnpack};
    c.in(i8(shape, in).q(0.5f)).in(i8(shape, {1, 1}).q(1)).out(i8(shape, many ? away : even).q(1));
    run_everywhere(c);
  }
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

/// Halves of odd numbers; the reference gives 1, 2, 3, 4 and below zero other ones.
Literal odd(Literal::Dims shape) { return i8(shape, {1, 3, 5, 7, -1, -3, -5, -7}).q(1); }
Literal halves(Literal::Dims shape) { return i8(shape, {0, 2, 2, 4, 0, -2, -2, -4}).q(2); }

OP_TEST(rounded_once, convolutions_too) {
  OpCase depthwise{.op = "DEPTHWISE_CONV_2D",
                   .options = options<fb::DepthwiseConv2DOptionsT>(
                       [](auto& o) { o.stride_h = o.stride_w = o.depth_multiplier = 1; }),
                   .numerics = graph::Numerics::xnnpack};
  depthwise.in(odd({1, 1, 8, 1})).weights(i8({1, 1, 1, 1}, {1}).q(1));
  depthwise.weights(i32({1}, {0}).q(1)).out(halves({1, 1, 8, 1}));
  run_everywhere(depthwise);
  // XNNPACK takes no such layer without a bias.
  depthwise.inputs.pop_back();
  depthwise.outputs = {i8({1, 1, 8, 1}, {1, 2, 3, 4, 0, -1, -2, -3}).q(2)};
  run_everywhere(depthwise);
  OpCase transposed{
      .op = "TRANSPOSE_CONV",
      .options = options<fb::TransposeConvOptionsT>([](auto& o) { o.stride_h = o.stride_w = 1; }),
      .numerics = graph::Numerics::xnnpack};
  transposed.weights(i32({4}, {1, 1, 8, 1})).weights(i8({1, 1, 1, 1}, {1}).q(1));
  transposed.in(odd({1, 1, 8, 1})).out(halves({1, 1, 8, 1}));
  run_everywhere(transposed);
}

OP_TEST(rounded_once, products_of_matrices_too_where_the_right_zero_point_is_0) {
  OpCase c{.op = "BATCH_MATMUL",
           .options = options<fb::BatchMatMulOptionsT>([](auto&) {}),
           .numerics = graph::Numerics::xnnpack};
  c.in(odd({8, 1})).constant(i8({1, 1}, {1}).q(1)).out(halves({8, 1}));
  run_everywhere(c);
  c.inputs[1] = i8({1, 1}, {2}).q(1, 1).as(Role::either);
  c.outputs = {i8({8, 1}, {1, 2, 3, 4, 0, -1, -2, -3}).q(2)};
  run_everywhere(c);
}

OP_TEST(rounded_once, layers_with_weights_of_4_bits_too_where_the_depth_is_even) {
  OpCase c{.op = "FULLY_CONNECTED",
           .options = options<fb::FullyConnectedOptionsT>([](auto&) {}),
           .numerics = graph::Numerics::xnnpack};
  c.in(i8({8, 2}, {1, 0, 3, 0, 5, 0, 7, 0, -1, 0, -3, 0, -5, 0, -7, 0}).q(1));
  c.weights(raw(Type::i4, {1, 2}, {1}).q(1)).out(halves({8, 1}));
  run_everywhere(c);
  c.inputs = {odd({8, 1}), raw(Type::i4, {1, 1}, {1}).q(1).as(Role::constant)};
  c.outputs = {i8({8, 1}, {1, 2, 3, 4, -1, -2, -3, -4}).q(2)};
  run_everywhere(c);
}

OP_TEST(rounded_once, bounds_of_activations_go_to_even_with_the_zero_point) {
  OpCase c{.op = "ADD",
           .options = options<fb::AddOptionsT>([](auto& o) {
             o.fused_activation_function = fb::ActivationFunctionType_RELU_N1_TO_1;
           }),
           .numerics = graph::Numerics::xnnpack};
  c.in(i8({8}, {-128, -5, -3, -1, 1, 3, 5, 127}).q(0.5f)).weights(i8({1}, {0}).q(0.5f));
  c.out(i8({8}, {-2, -2, -2, -1, 1, 2, 2, 2}).q(0.4f));
  run_everywhere(c);
  OpCase conv{.op = "CONV_2D",
              .options = options<fb::Conv2DOptionsT>([](auto& o) {
                o.stride_h = o.stride_w = 1;
                o.fused_activation_function = fb::ActivationFunctionType_RELU6;
              }),
              .numerics = graph::Numerics::xnnpack};
  conv.in(i8({1, 1, 8, 1}, {1, 3, 5, 7, -1, -3, 9, 127}).q(1));
  conv.weights(i8({1, 1, 1, 1}, {1}).q(0.4f)).weights(i32({1}, {0}).q(0.4f));
  conv.out(i8({1, 1, 8, 1}, {1, 3, 3, 5, 1, 1, 5, 8}).q(0.8f, 1));
  run_everywhere(conv);
}

Literal two_rows(Literal::Dims shape) {
  return f32(shape, {-1, 0.3f, 2.2f, 0.07f, 0.4f, 0.25f, 0, -3.1f});
}
Literal two_units(Literal::Dims shape) { return i8(shape, {100, -50, 3, 7, 20, 127, -127, 1}); }

OP_TEST(rounded_once, rows_of_floats_are_quantized_asymmetrically) {
  OpCase c{.op = "FULLY_CONNECTED",
           .options = options<fb::FullyConnectedOptionsT>([](auto&) {}),
           .tolerance = 1e-6f,
           .numerics = graph::Numerics::xnnpack};
  c.in(two_rows({2, 4})).weights(two_units({2, 4}).q({0.01f, 0.02f}));
  c.weights(f32({2}, {0.5f, -1}));
  c.out(f32({2, 2}, {-0.58335686f, -6.2131133f, 0.55737257f, -0.27529407f}));
  run_everywhere(c);
  c.inputs = {two_rows({2, 4}), raw(Type::i4, {2, 4}, {0xb7, 0x93, 0x62, 0x18}).q({0.1f, 0.2f})};
  c.inputs[1].role = Role::constant;
  c.outputs = {f32({2, 2}, {-0.24721567f, -3.5388234f, 2.3264709f, -0.1647059f})};
  run_everywhere(c);
  OpCase product{.op = "BATCH_MATMUL",
                 .options = options<fb::BatchMatMulOptionsT>([](auto& o) { o.adj_y = true; }),
                 .tolerance = 1e-6f,
                 .numerics = graph::Numerics::xnnpack};
  product.in(two_rows({2, 4})).weights(two_units({2, 4}).q(0.01f));
  product.out(f32({2, 2}, {-1.0833569f, -2.606557f, 0.057372555f, 0.36235297f}));
  run_everywhere(product);
}

OP_TEST(rounded_once, computed_right_matrices_of_floats_are_no_case_for_xnnpack) {
  OpCase c{.op = "BATCH_MATMUL",
           .options = options<fb::BatchMatMulOptionsT>([](auto& o) { o.adj_y = true; }),
           .tolerance = 1e-6f,
           .numerics = graph::Numerics::xnnpack,
           .never_all_constant = true};
  c.in(two_rows({2, 4})).in(two_units({2, 4}).q(0.01f));
  c.out(f32({2, 2}, {-1.0811181f, -2.620252f, 0.051503934f, 0.35711023f}));
  run_everywhere(c);
}

OP_TEST(rounded_once, images_of_floats_too_and_pixels_where_they_are_rows) {
  OpCase c{.op = "CONV_2D",
           .options = options<fb::Conv2DOptionsT>([](auto& o) {
             o.stride_h = o.stride_w = 1;
             o.padding = fb::Padding_VALID;
           }),
           .tolerance = 1e-6f,
           .numerics = graph::Numerics::xnnpack};
  c.in(two_rows({1, 2, 1, 4})).weights(i8({1, 1, 1, 4}, {100, -50, 3, 7}).q(0.01f));
  c.weights(f32({1}, {0.5f})).out(f32({1, 2, 1, 1}, {-0.58335686f, 0.55737257f}));
  run_everywhere(c);
  c.inputs[1] = i8({1, 2, 1, 4}, {100, -50, 3, 7, 100, -50, 3, 7}).q(0.01f).as(Role::constant);
  c.outputs = {f32({1, 1, 1, 1}, {-0.51926273f})};
  run_everywhere(c);
  OpCase transposed{
      .op = "TRANSPOSE_CONV",
      .options = options<fb::TransposeConvOptionsT>([](auto& o) { o.stride_h = o.stride_w = 1; }),
      .tolerance = 1e-8f,
      .numerics = graph::Numerics::xnnpack};
  transposed.weights(i32({4}, {1, 2, 1, 1}));
  transposed.weights(i8({1, 1, 1, 4}, {100, -50, 3, 7}).q(0.01f)).in(two_rows({1, 2, 1, 4}));
  transposed.out(f32({1, 2, 1, 1}, {-1.0726784f, 0.05341569f}));
  run_everywhere(transposed);
}

OP_TEST(rounded_once, scales_of_blocks_are_bfloat16) {
  // The row's range is [-127, 128]: one step is 1. 1 + 1/256 becomes 1, 1 + 3/256 becomes 1 + 1/64.
  std::vector<float> row(32);
  row[0] = 128;
  row[1] = -127;
  row[31] = 31;
  ModelBuilder m;
  const int x = m.input(f32({1, 32}, row));
  const int w = m.constant(raw(Type::i4, {2, 32}, std::vector<uint8_t>(32, 0x11)));
  fb::BlockwiseQuantizationT blocks;
  blocks.block_size = 32;
  blocks.scales = m.constant(f16({2, 1}, {1 + 1 / 256.0f, 1 + 3 / 256.0f}));
  m.at(w).quantization = std::make_unique<fb::QuantizationParametersT>();
  m.at(w).quantization->details.Set(blocks);
  const int y = m.tensor(f32({1, 2}));
  m.op("FULLY_CONNECTED", {x, w}, {y}, options<fb::FullyConnectedOptionsT>([](auto&) {}));
  m.output(y);
  const auto first = [&](graph::Numerics numerics) {
    const auto got = run_model(m.bytes(), {f32({1, 32}, row)}, {.numerics = numerics});
    return got.ok() ? (*got)[0].values<float>() : std::vector<float>{};
  };
  EXPECT_EQ(first(graph::Numerics::xnnpack), (std::vector<float>{32, 32.5f}));
  EXPECT_EQ(first(graph::Numerics::reference), (std::vector<float>{32.125f, 32.375f}));
}

}  // namespace samara::testing::rounded_once_test

#include "engine/ops/shared/layer_cases_test.h"

namespace samara::testing::transpose_conv_test {

Options window(int stride = 1, int padding = 1, int activation = 0,
               fb::TensorType bias = fb::TensorType_FLOAT32) {
  return options<fb::TransposeConvOptionsT>([=](auto& o) {
    o.stride_h = o.stride_w = stride;
    o.padding = fb::Padding(padding);
    o.fused_activation_function = fb::ActivationFunctionType(activation);
    o.quantized_bias_type = bias;
  });
}

/// A sound int8 case, for tests to spoil: inputs are shape, filter, input, bias.
OpCase sound() {
  OpCase c{.op = "TRANSPOSE_CONV", .options = window()};
  c.constant(i32({4}, {1, 3, 3, 3})).weights(i8({3, 2, 2, 2}).q(0.5f));
  c.in(i8({1, 2, 2, 2}).q(0.5f, 1)).weights(i32({3}).q(0.25f));
  return c.out(i8({1, 3, 3, 3}).q(0.5f));
}

OP_TEST(transpose_conv, gives_the_results_of_the_reference) { run_layer_cases("TRANSPOSE_CONV"); }

OP_TEST(transpose_conv, adds_a_filter_for_each_pixel) {
  OpCase c{.op = "TRANSPOSE_CONV", .options = window(2)};
  c.constant(i32({4}, {1, 4, 4, 1})).constant(f32({1, 2, 2, 1}, {1, 2, 3, 4}));
  c.in(f32({1, 2, 2, 1}, {1, 10, 100, 1000}));
  c.out(
      f32({1, 4, 4, 1}, {1, 2, 10, 20, 3, 4, 30, 40, 100, 200, 1000, 2000, 300, 400, 3000, 4000}));
  run_everywhere(c);
}

OP_TEST(transpose_conv, overlapping_filters_sum_up_and_bias_and_activation_follow) {
  OpCase c{.op = "TRANSPOSE_CONV", .options = window(1, 1, 3)};
  c.constant(i32({4}, {1, 1, 4, 1})).constant(f32({1, 1, 3, 1}, {1, 2, 3}));
  c.in(f32({1, 1, 2, 1}, {1, -1})).constant(f32({1}, {0.5f}));
  c.out(f32({1, 1, 4, 1}, {1.5f, 1.5f, 1.5f, 0}));
  run_everywhere(c);
}

OP_TEST(transpose_conv, larger_outputs_of_valid_padding_have_the_bias_alone_at_their_end) {
  OpCase c{.op = "TRANSPOSE_CONV", .options = window(3)};
  c.constant(i32({4}, {1, 1, 4, 1})).constant(f32({1, 1, 2, 1}, {1, 2}));
  c.in(f32({1, 1, 1, 1}, {5})).constant(f32({1}, {7}));
  c.out(f32({1, 1, 4, 1}, {12, 17, 7, 7}));
  run_everywhere(c);
  c.inputs[0] = i32({4}, {1, 4, 4, 1}).as(Role::either);
  expect_error(c, Code::invalid_model, "height 4");
  c.inputs[0] = i32({4}, {1, 3, 4, 1}).as(Role::either);
  c.outputs[0] = f32({1, 3, 4, 1}, {12, 17, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7});
  run_everywhere(c);
}

OP_TEST(transpose_conv, one_hybrid_scale_counts_for_all_channels) {
  // The image's range is [0, 255]: one step is 1.
  OpCase c{.op = "TRANSPOSE_CONV", .options = window()};
  c.constant(i32({4}, {1, 1, 2, 2})).constant(i8({2, 1, 1, 1}, {3, -2}).q(0.5f));
  c.in(f32({1, 1, 2, 1}, {255, 0})).out(f32({1, 1, 2, 2}, {382.5f, -255, 0, 0}));
  run_everywhere(c);
}

OP_TEST(transpose_conv, keeps_an_empty_batch_empty) {
  OpCase c{.op = "TRANSPOSE_CONV", .options = window()};
  c.constant(i32({4}, {0, 3, 3, 1})).constant(f32({1, 2, 2, 2}));
  c.in(f32({0, 2, 2, 2})).out(f32({0, 3, 3, 1}));
  run_everywhere(c);
}

OP_TEST(transpose_conv, refuses_wrong_options) {
  OpCase c = sound();
  c.options = window(0);
  expect_error(c, Code::invalid_model, "stride");
  c.options = window(-2);
  expect_error(c, Code::invalid_model, "stride");
  c.options = window(1, 5);
  expect_error(c, Code::invalid_model, "padding");
  c.options = window(1, 1, 4);
  expect_error(c, Code::unsupported, "activation");
}

OP_TEST(transpose_conv, refuses_output_shapes_that_do_not_fit) {
  const auto with = [](Literal shape, const char* text, Code code = Code::invalid_model) {
    OpCase c = sound();
    c.inputs[0] = shape.as(Role::either);
    expect_error(c, code, text);
  };
  with(i32({4}, {1, 4, 3, 3}), "height 4");
  with(i32({4}, {1, 3, 2, 3}), "width 2");
  with(i32({4}, {1, 3, 0, 3}), "width is 0");
  with(i32({4}, {2, 3, 3, 3}), "1 images of 3 channels");
  with(i32({4}, {1, 3, 3, 4}), "1 images of 3 channels");
  with(i32({4}, {1, -3, 3, 3}), "-3");
  with(i32({3}, {1, 3, 3}), "output shape");
  with(i32({4}, {1, 2147483647, 3, 3}), "height");
  with(i32({2, 2}, {1, 3, 3, 3}), "rank");
  with(i64({4}, {1, 3, 3, 3}), "int64", Code::unsupported);
}

OP_TEST(transpose_conv, refuses_shapes_that_do_not_fit) {
  OpCase c = sound();
  c.inputs[1] = i8({3, 2, 2, 1}).q(0.5f).as(Role::constant);
  expect_error(c, Code::invalid_model, "does not fit an input of 2 channels");
  c.inputs[1] = i8({3, 0, 2, 2}).q(0.5f).as(Role::constant);
  expect_error(c, Code::invalid_model, "does not fit");
  c.inputs[1] = i8({3, 2, 2}).q(0.5f).as(Role::constant);
  expect_error(c, Code::invalid_model, "rank");
  c = sound();
  c.inputs[2] = i8({1, 0, 2, 2}).q(0.5f);
  expect_error(c, Code::invalid_model, "no pixels");
  c.inputs[2] = i8({2, 2, 2}).q(0.5f);
  expect_error(c, Code::invalid_model, "rank");
  c = sound();
  c.inputs[3] = i32({2}).q(0.25f).as(Role::constant);
  expect_error(c, Code::invalid_model, "2 values for 3 channels");
}

OP_TEST(transpose_conv, refuses_a_stride_and_filter_of_very_many_parts) {
  OpCase c{.op = "TRANSPOSE_CONV", .options = window(200)};
  c.constant(i32({4}, {1, 200, 200, 1})).weights(f32({1, 200, 200, 1})).in(f32({1, 1, 1, 1}));
  c.out(f32({1, 200, 200, 1}));
  expect_error(c, Code::unsupported, "stride 200 x 200");
}

OP_TEST(transpose_conv, refuses_types_and_quantization_that_do_not_fit) {
  OpCase c = sound();
  c.inputs[1] = u8({3, 2, 2, 2}).q(0.5f).as(Role::constant);
  expect_error(c, Code::unsupported, "uint8");
  c = sound();
  c.inputs[1] = i8({3, 2, 2, 2}).q(0.5f, 3).as(Role::constant);
  expect_error(c, Code::invalid_model, "zero point 3");
  c = sound();
  c.inputs[1] = i8({3, 2, 2, 2}).as(Role::constant);
  expect_error(c, Code::invalid_model, "not quantized");
  c = sound();
  c.outputs[0] = i16({1, 3, 3, 3}).q(0.5f);
  expect_error(c, Code::invalid_model, "int16");
  c = sound();
  c.inputs[3] = i64({3}).q(0.25f).as(Role::constant);
  expect_error(c, Code::unsupported, "int64");
  OpCase wide{.op = "TRANSPOSE_CONV", .options = window(1, 1, 0, fb::TensorType_INT32)};
  wide.constant(i32({4}, {1, 1, 1, 1})).weights(i8({1, 1, 1, 1}).q(0.5f));
  wide.in(i16({1, 1, 1, 1}).q(0.5f)).weights(i64({1}).q(0.25f)).out(i16({1, 1, 1, 1}).q(0.5f));
  expect_error(wide, Code::invalid_model, "quantized_bias_type");
}

}  // namespace samara::testing::transpose_conv_test

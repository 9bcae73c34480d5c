#include "engine/ops/shared/layer_cases_test.h"

namespace samara::testing::conv_2d_test {

Options window(int stride = 1, int dilation = 1, int activation = 0, int padding = 0) {
  return options<fb::Conv2DOptionsT>([=](auto& o) {
    o.stride_h = o.stride_w = stride;
    o.dilation_h_factor = o.dilation_w_factor = dilation;
    o.fused_activation_function = fb::ActivationFunctionType(activation);
    o.padding = fb::Padding(padding);
  });
}

/// A sound int8 case, for tests to spoil.
OpCase sound() {
  OpCase c{.op = "CONV_2D", .options = window()};
  c.in(i8({1, 2, 2, 2}).q(0.5f, 1)).weights(i8({3, 1, 1, 2}).q(0.5f));
  c.weights(i32({3}).q(0.25f)).out(i8({1, 2, 2, 3}).q(0.5f));
  return c;
}

OP_TEST(conv_2d, gives_the_results_of_the_reference) { run_layer_cases("CONV_2D"); }

OP_TEST(conv_2d, takes_no_bias_as_zeros) {
  OpCase c{.op = "CONV_2D", .options = window()};
  c.in(i8({1, 1, 1, 2}, {3, 5}).q(1, 1)).constant(i8({1, 1, 1, 2}, {2, 10}).q(1));
  c.out(i8({1, 1, 1, 1}, {2 * 2 + 4 * 10}).q(1));
  run_everywhere(c);
  c.no_input();
  run_everywhere(c);
}

OP_TEST(conv_2d, int16_bias_is_read_by_its_own_type) {
  // Without quantized_bias_type, too.
  for (const bool wide : {false, true}) {
    OpCase c{.op = "CONV_2D", .options = window()};
    c.in(i16({1, 1, 1, 2}, {300, -500}).q(1)).constant(i8({2, 1, 1, 2}, {1, 2, 3, 4}).q(1));
    c.constant(wide ? i64({2}, {1000, 2000}).q(1) : i32({2}, {1000, 2000}).q(1));
    c.out(i16({1, 1, 1, 2}, {300, 900}).q(1));
    run_everywhere(c);
  }
}

OP_TEST(conv_2d, unpacks_two_bit_filters) {
  const Literal filter = raw(Type::i2, {1, 1, 1, 4}, {0b01'11'10'01});
  OpCase c{.op = "CONV_2D", .options = window()};
  c.in(i8({1, 1, 1, 4}, {1, 10, 20, 40}).q(1)).weights(filter.q(1));
  c.out(i8({1, 1, 1, 1}, {1 - 20 - 20 + 40}).q(1));
  run_everywhere(c);
  OpCase wide{.op = "CONV_2D", .options = window()};
  wide.in(i16({1, 1, 1, 4}, {100, 1000, 2000, 4000}).q(1)).weights(filter.q(1));
  wide.out(i16({1, 1, 1, 1}, {100 - 2000 - 2000 + 4000}).q(1));
  run_everywhere(wide);
  OpCase hybrid{.op = "CONV_2D", .options = window()};
  hybrid.in(f32({1, 1, 1, 4}, {127, 0, -127, 1})).weights(filter.q(0.5f));
  hybrid.out(f32({1, 1, 1, 1}, {127.5f}));
  run_everywhere(hybrid);
}

OP_TEST(conv_2d, floats_by_bytes_in_groups) {
  // Quantized by the scale 1 and the zero point -1: nothing is rounded.
  OpCase c{.op = "CONV_2D", .options = window(), .numerics = graph::Numerics::xnnpack};
  c.in(f32({1, 1, 1, 4}, {128, 0, -127, 1}));
  c.weights(i8({4, 1, 1, 2}, {1, 2, 3, 4, 5, 6, -7, 8}).q(0.5f));
  c.out(f32({1, 1, 1, 4}, {64, 192, -314.5f, 448.5f}));
  run_everywhere(c);
}

OP_TEST(conv_2d, keeps_an_empty_batch_empty) {
  OpCase c = sound();
  c.inputs[0].shape[0] = c.outputs[0].shape[0] = 0;
  c.inputs[0].bytes.clear();
  c.outputs[0].bytes.clear();
  run_everywhere(c);
}

OP_TEST(conv_2d, refuses_wrong_windows) {
  for (const auto& [how, text] :
       std::vector<std::pair<Options, std::string>>{{window(0), "stride"},
                                                    {window(-1), "stride"},
                                                    {window(1, 0), "dilation"},
                                                    {window(1, 1, 0, 7), "padding"}}) {
    OpCase c = sound();
    c.options = how;
    expect_error(c, Code::invalid_model, text);
  }
  OpCase c = sound();
  c.options = window(1, 1, 4);
  expect_error(c, Code::unsupported, "activation");
}

OP_TEST(conv_2d, refuses_shapes_that_do_not_fit) {
  OpCase c = sound();
  c.inputs[1] = i8({3, 1, 1, 3}).q(0.5f).as(Role::constant);
  expect_error(c, Code::invalid_model, "does not fit an input of 2 channels");
  c.inputs[1] = i8({3, 1, 1, 1}).q(0.5f).as(Role::constant);
  expect_error(c, Code::invalid_model, "2 groups");
  c.inputs[1] = i8({3, 2}).q(0.5f).as(Role::constant);
  expect_error(c, Code::invalid_model, "rank");
  c = sound();
  c.inputs[0] = i8({2, 2, 2}).q(0.5f);
  expect_error(c, Code::invalid_model, "rank");
  c = sound();
  c.inputs[0] = i8({1, 0, 2, 2}).q(0.5f);
  expect_error(c, Code::invalid_model, "no pixels");
  c = sound();
  c.inputs[1] = i8({3, 0, 1, 2}).q(0.5f).as(Role::constant);
  expect_error(c, Code::invalid_model, "filter");
}

OP_TEST(conv_2d, refuses_wrong_biases) {
  OpCase c = sound();
  c.inputs[2] = i32({2}).q(0.25f).as(Role::constant);
  expect_error(c, Code::invalid_model, "2 values for 3 channels");
  c.inputs[2] = f32({3}).as(Role::constant);
  expect_error(c, Code::unsupported, "float32");
  c.inputs[2] = i32({3}).q(0.25f, 1).as(Role::constant);
  expect_error(c, Code::invalid_model, "zero point");
}

OP_TEST(conv_2d, refuses_wrong_quantization) {
  OpCase c = sound();
  c.inputs[0] = i8({1, 2, 2, 2});
  expect_error(c, Code::invalid_model, "quantiz");
  c = sound();
  c.outputs[0] = i8({1, 2, 2, 3}).q(0.0f);
  expect_error(c, Code::invalid_model, "scale");
  c = sound();
  c.inputs[1] = i8({3, 1, 1, 2}).as(Role::constant);
  expect_error(c, Code::invalid_model, "are not quantized");
  c.inputs[1] = i8({3, 1, 1, 2}).q({1, 1}).as(Role::constant);
  expect_error(c, Code::invalid_model, "2 scales");
  c.inputs[1] = i8({3, 1, 1, 2}).q({1, 1, -1}).as(Role::constant);
  expect_error(c, Code::invalid_model, "scale");
  c.inputs[1] = i8({3, 1, 1, 2}).q({1, 1, 1}, {}, 3).as(Role::constant);
  expect_error(c, Code::invalid_model, "");
  c.inputs[1] = i8({3, 1, 1, 2}).q(1, 5).as(Role::constant);
  expect_error(c, Code::invalid_model, "zero point 5");
  OpCase wide{.op = "CONV_2D", .options = window()};
  wide.in(i16({1, 1, 1, 1}).q(1, 3)).weights(i8({1, 1, 1, 1}).q(1)).out(i16({1, 1, 1, 1}).q(1));
  expect_error(wide, Code::invalid_model, "zero point 3");
  OpCase u{.op = "CONV_2D", .options = window()};
  u.in(u8({1, 1, 1, 1}).q(1)).weights(u8({1, 1, 1, 1}).q(1));
  u.weights(i32({1}).q(0.5f)).out(u8({1, 1, 1, 1}).q(1));
  expect_error(u, Code::invalid_model, "input and weights give");
}

OP_TEST(conv_2d, refuses_mixed_types) {
  OpCase c{.op = "CONV_2D", .options = window()};
  c.in(f32({1, 1, 1, 1})).weights(i16({1, 1, 1, 1}).q(1)).out(f32({1, 1, 1, 1}));
  expect_error(c, Code::unsupported, "int16");
  c = sound();
  c.outputs[0] = f32({1, 2, 2, 3});
  expect_error(c, Code::invalid_model, "float32");
}

}  // namespace samara::testing::conv_2d_test

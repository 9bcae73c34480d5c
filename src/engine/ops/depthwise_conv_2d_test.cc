#include "engine/ops/shared/layer_cases_test.h"

namespace samara::testing::depthwise_conv_2d_test {

Options window(int stride = 1, int multiplier = 1) {
  return options<fb::DepthwiseConv2DOptionsT>([=](auto& o) {
    o.stride_h = o.stride_w = stride;
    o.depth_multiplier = multiplier;
  });
}

OpCase sound() {
  OpCase c{.op = "DEPTHWISE_CONV_2D", .options = window()};
  c.in(i8({1, 2, 2, 2}).q(0.5f, 1)).weights(i8({1, 1, 1, 2}).q(0.5f));
  c.weights(i32({2}).q(0.25f)).out(i8({1, 2, 2, 2}).q(0.5f));
  return c;
}

OP_TEST(depthwise_conv_2d, gives_the_results_of_the_reference) {
  run_layer_cases("DEPTHWISE_CONV_2D");
}

OP_TEST(depthwise_conv_2d, takes_the_multiplier_from_the_shapes) {
  OpCase c{.op = "DEPTHWISE_CONV_2D", .options = window(1, 7)};
  c.in(f32({1, 1, 1, 2}, {2, 3})).constant(f32({1, 1, 1, 4}, {1, 10, 100, 1000}));
  c.out(f32({1, 1, 1, 4}, {2, 20, 300, 3000}));
  run_everywhere(c);
}

OP_TEST(depthwise_conv_2d, int16_unpacks_four_bit_filters) {
  OpCase c{.op = "DEPTHWISE_CONV_2D", .options = window()};
  c.in(i16({1, 1, 1, 3}, {100, 200, 300}).q(1));
  c.weights(raw(Type::i4, {1, 1, 1, 3}, {0x2f, 0x07}).q(1));  // -1, 2, 7
  c.weights(i64({3}, {1, 2, 3}).q(1)).out(i16({1, 1, 1, 3}, {-99, 402, 2103}).q(1));
  run_everywhere(c);
}

OP_TEST(depthwise_conv_2d, sums_filters_of_many_taps) {
  // 40 x 40 taps are more than a worker keeps pointers for.
  OpCase c{.op = "DEPTHWISE_CONV_2D", .options = options<fb::DepthwiseConv2DOptionsT>([](auto& o) {
                                        o.stride_h = o.stride_w = 1;
                                        o.padding = fb::Padding_VALID;
                                      })};
  const std::vector<int8_t> ones(1600, 1);
  c.in(i8({1, 40, 40, 1}, ones).q(1, -1)).constant(i8({1, 40, 40, 1}, ones).q(1));
  c.out(i8({1, 1, 1, 1}, {50}).q(64));
  run_everywhere(c);
}

OP_TEST(depthwise_conv_2d, refuses_what_does_not_fit) {
  OpCase c = sound();
  c.options = window(0);
  expect_error(c, Code::invalid_model, "stride");
  c = sound();
  c.inputs[1] = i8({1, 1, 1, 3}).q(0.5f).as(Role::constant);
  expect_error(c, Code::invalid_model, "does not fit an input of 2 channels");
  c.inputs[1] = i8({2, 1, 1, 2}).q(0.5f).as(Role::constant);
  expect_error(c, Code::invalid_model, "does not fit");
  c.inputs[1] = i8({1, 1, 1, 2}).q({1, 1, 1}).as(Role::constant);
  expect_error(c, Code::invalid_model, "");
  c.inputs[1] = i8({1, 1, 1, 2}).q(1, 4).as(Role::constant);
  expect_error(c, Code::invalid_model, "zero point 4");
  c = sound();
  c.inputs[2] = i32({3}).as(Role::constant);
  expect_error(c, Code::invalid_model, "3 values for 2 channels");
  c = sound();
  c.inputs[0] = i8({1, 2, 2, 2});
  expect_error(c, Code::invalid_model, "quantiz");
  OpCase wide{.op = "DEPTHWISE_CONV_2D", .options = window()};
  wide.in(i16({1, 1, 1, 1}).q(1)).weights(i8({1, 1, 1, 1}).q(1));
  wide.weights(i32({1})).out(i16({1, 1, 1, 1}).q(1));
  expect_error(wide, Code::unsupported, "int32");
}

}  // namespace samara::testing::depthwise_conv_2d_test

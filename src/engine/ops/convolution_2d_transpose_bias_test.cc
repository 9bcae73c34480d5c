#include "engine/ops/shared/raw_options_test.h"
#include "testing/op_test.h"

namespace samara::testing::convolution_2d_transpose_bias_test {

OpCase with(int padding, int stride_w, int stride_h) {
  return OpCase{.op = "Convolution2DTransposeBias",
                .custom = true,
                .custom_options = raw_struct({padding, stride_w, stride_h, 0, 0})};
}

OP_TEST(convolution_2d_transpose_bias, valid_padding_keeps_all_that_filters_reach) {
  OpCase c = with(2, 2, 1);
  c.in(f32({1, 2, 2, 1}, {1, 10, 100, 1000})).constant(f32({1, 2, 3, 1}, {1, 2, 3, 4, 5, 6}));
  c.constant(f32({1}, {0.5f}));
  c.out(f32({1, 3, 5, 1}, {1.5f, 2.5f, 13.5f, 20.5f, 30.5f, 104.5f, 205.5f, 1346.5f, 2050.5f,
                           3060.5f, 400.5f, 500.5f, 4600.5f, 5000.5f, 6000.5f}));
  run_everywhere(c);
}

OP_TEST(convolution_2d_transpose_bias, same_padding_cuts_both_ends) {
  // Width 3, stride 2: 5 positions less max(0, 3 - (2 - 1) % 2 - 1) = 1, all of it at the end.
  OpCase c = with(1, 2, 1);
  c.in(f32({1, 1, 2, 1}, {1, 10})).constant(f32({1, 1, 3, 1}, {1, 2, 3}));
  c.constant(f32({1}, {0})).out(f32({1, 1, 4, 1}, {1, 2, 13, 20}));
  run_everywhere(c);
  // Stride 1: 4 positions less 2, one at each end.
  c = with(1, 1, 1);
  c.in(f32({1, 1, 2, 1}, {1, 10})).constant(f32({1, 1, 3, 1}, {1, 2, 3}));
  c.constant(f32({1}, {0})).out(f32({1, 1, 2, 1}, {12, 23}));
  run_everywhere(c);
}

OP_TEST(convolution_2d_transpose_bias, fills_gaps_with_the_bias) {
  OpCase c = with(2, 3, 1);
  c.in(f32({2, 1, 2, 1}, {1, 2, 3, 4})).constant(f32({2, 1, 1, 1}, {1, -1}));
  c.constant(f32({2}, {10, 20}));
  c.out(f32({2, 1, 4, 2}, {11, 19, 10, 20, 10, 20, 12, 18, 13, 17, 10, 20, 10, 20, 14, 16}));
  run_everywhere(c);
}

OP_TEST(convolution_2d_transpose_bias, refuses_what_does_not_fit) {
  const auto spoilt = [](OpCase c, const char* text, Code code = Code::invalid_model) {
    if (c.inputs.empty()) {
      c.in(f32({1, 2, 2, 2})).weights(f32({3, 2, 2, 2})).weights(f32({3}));
      c.out(f32({1, 2, 2, 3}));
    }
    expect_error(c, code, text);
  };
  spoilt(with(0, 1, 1), "padding 0");
  spoilt(with(3, 1, 1), "padding 3");
  spoilt(with(1, 0, 1), "stride");
  spoilt(with(1, 1, -1), "stride");
  spoilt(with(2, 2147483647, 1), "width");
  OpCase c = with(1, 1, 1);
  c.custom_options.resize(11);
  spoilt(c, "11 bytes of custom options");
  c = with(1, 1, 1);
  c.in(f32({1, 2, 2, 2})).weights(f32({3, 2, 2, 1})).weights(f32({3})).out(f32({1, 2, 2, 3}));
  spoilt(c, "does not fit an input of 2 channels");
  c.inputs[1] = f32({3, 2, 2, 2}).as(Role::constant);
  c.inputs[2] = f32({2}).as(Role::constant);
  spoilt(c, "2 values for 3 channels");
  c.inputs.pop_back();
  spoilt(c, "3 inputs");
}

}  // namespace samara::testing::convolution_2d_transpose_bias_test

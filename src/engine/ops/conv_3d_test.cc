#include "testing/op_test.h"

namespace samara::testing::conv_3d_test {

Options window(std::vector<int> stride = {1, 1, 1}, int padding = 1, int activation = 0,
               std::vector<int> dilation = {1, 1, 1}) {
  return options<fb::Conv3DOptionsT>([=](auto& o) {
    o.stride_d = stride[0], o.stride_h = stride[1], o.stride_w = stride[2];
    o.dilation_d_factor = dilation[0];
    o.dilation_h_factor = dilation[1];
    o.dilation_w_factor = dilation[2];
    o.padding = fb::Padding(padding);
    o.fused_activation_function = fb::ActivationFunctionType(activation);
  });
}

OpCase sound() {
  OpCase c{.op = "CONV_3D", .options = window()};
  c.in(f32({1, 2, 2, 2, 2})).constant(f32({1, 1, 1, 2, 3})).constant(f32({3}));
  return c.out(f32({1, 2, 2, 2, 3}));
}

/// The same by plain loops over [d][h][w][c].
Literal plain(const Literal& in, const Literal& filter, const Literal& bias, Literal::Dims out,
              std::vector<int> stride, std::vector<int> dilation, std::vector<int> before) {
  const std::vector<float> x = in.values<float>(), w = filter.values<float>(),
                           b = bias.values<float>();
  std::vector<float> y;
  const auto& f = filter.shape;
  for (int n = 0; n < out[0]; ++n)
    for (int od = 0; od < out[1]; ++od)
      for (int oh = 0; oh < out[2]; ++oh)
        for (int ow = 0; ow < out[3]; ++ow)
          for (int o = 0; o < out[4]; ++o) {
            double sum = double(b[size_t(o)]);
            for (int t = 0; t < f[0] * f[1] * f[2]; ++t) {
              const int d = od * stride[0] - before[0] + t / (f[1] * f[2]) * dilation[0];
              const int h = oh * stride[1] - before[1] + t / f[2] % f[1] * dilation[1];
              const int v = ow * stride[2] - before[2] + t % f[2] * dilation[2];
              if (d < 0 || d >= in.shape[1] || h < 0 || h >= in.shape[2]) continue;
              if (v < 0 || v >= in.shape[3]) continue;
              const int pixel = ((n * in.shape[1] + d) * in.shape[2] + h) * in.shape[3] + v;
              for (int i = 0; i < f[3]; ++i)
                sum += double(x[size_t(pixel * f[3] + i)]) *
                       double(w[size_t((t * f[3] + i) * f[4] + o)]);
            }
            y.push_back(float(sum));
          }
  return f32(out, y);
}

OP_TEST(conv_3d, sums_windows) {
  const Literal in = random_f32({2, 3, 4, 5, 3}, 1), filter = random_f32({2, 3, 2, 3, 18}, 2);
  const Literal bias = random_f32({18}, 3);
  OpCase same{.op = "CONV_3D", .options = window({1, 2, 2}, 0)};
  same.in(in).constant(filter).constant(bias);
  same.out(plain(in, filter, bias, {2, 3, 2, 3, 18}, {1, 2, 2}, {1, 1, 1}, {0, 0, 0}));
  run_everywhere(same);
  OpCase valid{.op = "CONV_3D", .options = window({1, 1, 1}, 1, 0, {2, 1, 3})};
  valid.in(in).constant(filter).constant(bias);
  valid.out(plain(in, filter, bias, {2, 1, 2, 2, 18}, {1, 1, 1}, {2, 1, 3}, {0, 0, 0}));
  run_everywhere(valid);
}

OP_TEST(conv_3d, clamps_and_takes_no_bias) {
  OpCase c{.op = "CONV_3D", .options = window({1, 1, 1}, 1, 3)};
  c.in(f32({1, 1, 1, 2, 1}, {-3, 4})).constant(f32({1, 1, 1, 1, 1}, {2}));
  c.out(f32({1, 1, 1, 2, 1}, {0, 6}));
  run_everywhere(c);
}

OP_TEST(conv_3d, refuses_what_does_not_fit) {
  OpCase c = sound();
  c.inputs[1] = f32({1, 1, 1, 3, 3}).as(Role::constant);
  expect_error(c, Code::invalid_model, "does not fit an input of 2 channels");
  c = sound();
  c.inputs[1] = f32({1, 0, 1, 2, 3}).as(Role::constant);
  expect_error(c, Code::invalid_model, "height");
  c = sound();
  c.inputs[1] = f32({3, 1, 1, 2, 3}).as(Role::constant);
  c.outputs[0] = f32({1, 0, 2, 2, 3});
  run_everywhere(c);
  c.inputs[1] = f32({4, 1, 1, 2, 3}).as(Role::constant);
  expect_error(c, Code::invalid_model, "depth");
  c = sound();
  c.inputs[0] = f32({2, 2, 2, 2});
  expect_error(c, Code::invalid_model, "rank");
  c = sound();
  c.inputs[0] = f32({1, 2, 0, 2, 2});
  expect_error(c, Code::invalid_model, "empty");
  c = sound();
  c.inputs[2] = f32({2}).as(Role::constant);
  expect_error(c, Code::invalid_model, "2 values for 3 channels");
  c = sound();
  c.inputs[0] = i8({1, 2, 2, 2, 2});
  expect_error(c, Code::unsupported, "int8");
  for (const auto& [how, text] : std::vector<std::pair<Options, std::string>>{
           {window({0, 1, 1}), "stride"},
           {window({1, 1, -1}), "stride"},
           {window({1, 1, 1}, 1, 0, {1, 0, 1}), "dilation"},
           {window({1, 1, 1}, 9), "padding"}}) {
    c = sound();
    c.options = how;
    expect_error(c, Code::invalid_model, text);
  }
}

}  // namespace samara::testing::conv_3d_test

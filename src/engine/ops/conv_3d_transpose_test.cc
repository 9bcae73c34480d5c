#include "testing/op_test.h"

namespace samara::testing::conv_3d_transpose_test {

Options window(std::vector<int> stride = {1, 1, 1}, int padding = 1, int activation = 0,
               int dilation = 1) {
  return options<fb::Conv3DOptionsT>([=](auto& o) {
    o.stride_d = stride[0], o.stride_h = stride[1], o.stride_w = stride[2];
    o.dilation_d_factor = o.dilation_h_factor = o.dilation_w_factor = dilation;
    o.padding = fb::Padding(padding);
    o.fused_activation_function = fb::ActivationFunctionType(activation);
  });
}

/// Shape, filter, input, bias.
OpCase sound() {
  OpCase c{.op = "CONV_3D_TRANSPOSE", .options = window()};
  c.constant(i32({5}, {1, 2, 3, 3, 3})).constant(f32({1, 2, 2, 3, 2}));
  c.in(f32({1, 2, 2, 2, 2})).constant(f32({3}));
  return c.out(f32({1, 2, 3, 3, 3}));
}

/// The same by scattering, stride 2, dilation 1.
Literal scattered(const Literal& in, const Literal& filter, const Literal& bias, Literal::Dims out,
                  int before) {
  const std::vector<float> x = in.values<float>(), w = filter.values<float>(),
                           b = bias.values<float>();
  std::vector<double> y(size_t(out[0] * out[1] * out[2] * out[3] * out[4]));
  for (size_t i = 0; i < y.size(); ++i) y[i] = double(b[i % b.size()]);
  const auto& f = filter.shape;
  for (int p = 0; p < in.shape[0] * in.shape[1] * in.shape[2] * in.shape[3]; ++p)
    for (int t = 0; t < f[0] * f[1] * f[2]; ++t) {
      const int row = p / in.shape[3], plane = row / in.shape[2], n = plane / in.shape[1];
      const int d = plane % in.shape[1] * 2 - before + t / (f[1] * f[2]);
      const int h = row % in.shape[2] * 2 - before + t / f[2] % f[1];
      const int v = p % in.shape[3] * 2 - before + t % f[2];
      if (d < 0 || d >= out[1] || h < 0 || h >= out[2] || v < 0 || v >= out[3]) continue;
      for (int o = 0; o < f[3]; ++o)
        for (int i = 0; i < f[4]; ++i)
          y[size_t((((n * out[1] + d) * out[2] + h) * out[3] + v) * f[3] + o)] +=
              double(x[size_t(p * f[4] + i)]) * double(w[size_t((t * f[3] + o) * f[4] + i)]);
    }
  return f32(out, {y.begin(), y.end()});
}

OP_TEST(conv_3d_transpose, adds_a_filter_for_each_position) {
  const Literal in = random_f32({2, 2, 3, 2, 3}, 1), filter = random_f32({3, 3, 3, 17, 3}, 2);
  const Literal bias = random_f32({17}, 3);
  for (const bool same : {true, false}) {
    const Literal::Dims out = same ? Literal::Dims{2, 3, 5, 3, 17} : Literal::Dims{2, 5, 7, 5, 17};
    OpCase c{.op = "CONV_3D_TRANSPOSE", .options = window({2, 2, 2}, same ? 0 : 1)};
    c.constant(i32({5}, out)).constant(filter).in(in).constant(bias);
    c.out(scattered(in, filter, bias, out, same ? 1 : 0));
    run_everywhere(c);
  }
}

OP_TEST(conv_3d_transpose, dilates_and_clamps) {
  OpCase c{.op = "CONV_3D_TRANSPOSE", .options = window({1, 1, 1}, 1, 1, 2)};
  c.constant(i32({5}, {1, 1, 1, 4, 1})).constant(f32({1, 1, 2, 1, 1}, {1, -10}));
  c.in(f32({1, 1, 1, 2, 1}, {3, -4})).out(f32({1, 1, 1, 4, 1}, {3, 0, 0, 40}));
  run_everywhere(c);
}

OP_TEST(conv_3d_transpose, refuses_output_shapes_that_do_not_fit) {
  for (const auto& [shape, text] : std::vector<std::pair<Literal, std::string>>{
           {i32({5}, {1, 3, 3, 3, 3}), "depth 3"},
           {i32({5}, {1, 2, 4, 3, 3}), "height 4"},
           {i32({5}, {1, 2, 3, 0, 3}), "width"},
           {i32({5}, {2, 2, 3, 3, 3}), "1 volumes of 3 channels"},
           {i32({5}, {1, 2, 3, 3, 2}), "1 volumes of 3 channels"},
           {i32({4}, {1, 2, 3, 3}), "output shape"},
           {i32({5}, {1, -2, 3, 3, 3}), "-2"},
           {i32({5, 1}, {1, 2, 3, 3, 3}), "rank"}}) {
    OpCase c = sound();
    c.inputs[0] = shape.as(Role::either);
    expect_error(c, Code::invalid_model, text);
  }
}

OP_TEST(conv_3d_transpose, refuses_what_does_not_fit) {
  OpCase c = sound();
  c.inputs[1] = f32({1, 2, 2, 3, 1}).as(Role::constant);
  expect_error(c, Code::invalid_model, "does not fit an input of 2 channels");
  c = sound();
  c.inputs[3] = f32({2}).as(Role::constant);
  expect_error(c, Code::invalid_model, "2 values for 3 channels");
  c = sound();
  c.inputs[2] = f32({1, 2, 2, 2});
  expect_error(c, Code::invalid_model, "rank");
  c = sound();
  c.options = window({1, 0, 1});
  expect_error(c, Code::invalid_model, "stride");
  c = sound();
  c.inputs[0] = i64({5}, {1, 2, 3, 3, 3}).as(Role::either);
  expect_error(c, Code::unsupported, "int64");
}

}  // namespace samara::testing::conv_3d_transpose_test

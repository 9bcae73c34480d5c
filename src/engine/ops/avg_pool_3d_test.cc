// AvgPool3D and MaxPool3D.
#include <flatbuffers/flexbuffers.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "testing/op_test.h"

namespace samara::testing::avg_pool_3d_test {

struct WindowSettings {
  const char* padding = "VALID";
  std::vector<int> filter = {1, 2, 2, 2, 1}, stride = {1, 2, 2, 2, 1};
  const char* format = "NDHWC";
};

OpCase with(const char* op, const WindowSettings& s) {
  flexbuffers::Builder builder;
  builder.Map([&] {
    builder.String("data_format", s.format);
    builder.String("padding", s.padding);
    builder.TypedVector("ksize", [&] {
      for (const int i : s.filter) builder.Int(i);
    });
    builder.TypedVector("strides", [&] {
      for (const int i : s.stride) builder.Int(i);
    });
  });
  builder.Finish();
  return OpCase{.op = op, .custom = true, .custom_options = builder.GetBuffer()};
}

/// fold(sum, highest, cells) of every window; the window lies `before` positions before the volume.
template <class T, class Fold>
std::vector<T> plain(const Literal& in, Literal::Dims out, const WindowSettings& s, int before,
                     const Fold& fold) {
  const std::vector<T> x = in.values<T>();
  std::vector<T> y;
  const Literal::Dims& d = in.shape;
  const auto inside = [&](int o, int k, int axis) {
    const int at = o * s.stride[size_t(axis)] - before + k;
    return at >= 0 && at < d[size_t(axis)] ? at : -1;
  };
  for (int n = 0; n < out[0]; ++n)
    for (int z = 0; z < out[1]; ++z)
      for (int h = 0; h < out[2]; ++h)
        for (int w = 0; w < out[3]; ++w)
          for (int c = 0; c < d[4]; ++c) {
            double sum = 0, highest = double(std::numeric_limits<T>::lowest());
            int cells = 0;
            for (int k = 0; k < s.filter[1] * s.filter[2] * s.filter[3]; ++k) {
              const int iz = inside(z, k / (s.filter[2] * s.filter[3]), 1);
              const int ih = inside(h, k / s.filter[3] % s.filter[2], 2);
              const int iw = inside(w, k % s.filter[3], 3);
              if (iz < 0 || ih < 0 || iw < 0) continue;
              const int pixel = ((n * d[1] + iz) * d[2] + ih) * d[3] + iw;
              const double value = double(x[size_t(pixel * d[4] + c)]);
              sum += value;
              highest = std::max(highest, value);
              ++cells;
            }
            y.push_back(T(fold(sum, highest, cells)));
          }
  return y;
}

OP_TEST(avg_pool_3d, takes_means_of_floats) {
  const WindowSettings s{.padding = "SAME", .filter = {1, 3, 3, 3, 1}, .stride = {1, 1, 1, 1, 1}};
  const Literal in = random_f32({2, 3, 2, 4, 70}, 1);
  OpCase c = with("AvgPool3D", s);
  const auto mean = [](double sum, double, int cells) { return sum / cells; };
  c.in(in).out(f32(in.shape, plain<float>(in, in.shape, s, 1, mean)));
  run_everywhere(c);
}

OP_TEST(avg_pool_3d, rounds_means_of_integers_half_away) {
  const WindowSettings s;
  const auto mean = [](double sum, double, int cells) { return std::round(sum / cells); };
  const Literal bytes = random_i8({1, 5, 4, 4, 3}, 2), words = random_i16({1, 5, 4, 4, 3}, 3);
  const Literal::Dims out{1, 2, 2, 2, 3};
  OpCase c = with("AvgPool3D", s);
  c.in(bytes.q(0.5f, 3)).out(i8(out, plain<int8_t>(bytes, out, s, 0, mean)).q(0.5f, 3));
  run_everywhere(c);
  OpCase d = with("AvgPool3D", s);
  d.in(words.q(0.5f)).out(i16(out, plain<int16_t>(words, out, s, 0, mean)).q(0.5f));
  run_everywhere(d);
}

OP_TEST(max_pool_3d, takes_the_highest) {
  const WindowSettings s{.padding = "SAME", .filter = {1, 3, 3, 3, 1}, .stride = {1, 2, 1, 1, 1}};
  const auto highest = [](double, double value, int) { return value; };
  const Literal floats = random_f32({1, 3, 2, 4, 5}, 4), bytes = random_i8({1, 3, 2, 4, 5}, 5);
  const Literal words = random_i16({1, 3, 2, 4, 5}, 6);
  const Literal::Dims out{1, 2, 2, 4, 5};
  OpCase c = with("MaxPool3D", s);
  c.in(floats).out(f32(out, plain<float>(floats, out, s, 1, highest)));
  run_everywhere(c);
  OpCase d = with("MaxPool3D", s);
  d.in(bytes.q(0.5f, 3)).out(i8(out, plain<int8_t>(bytes, out, s, 1, highest)).q(0.5f, 3));
  run_everywhere(d);
  OpCase e = with("MaxPool3D", s);
  e.in(words.q(0.5f)).out(i16(out, plain<int16_t>(words, out, s, 1, highest)).q(0.5f));
  run_everywhere(e);
}

OP_TEST(avg_pool_3d, refuses_what_does_not_fit) {
  const auto refused = [](OpCase c, Literal in, Literal out, const char* text,
                          Code code = Code::invalid_model) {
    c.in(in).out(out);
    expect_error(c, code, text);
  };
  const Literal x = f32({1, 2, 2, 2, 1}), y = f32({1, 1, 1, 1, 1});
  for (const char* op : {"AvgPool3D", "MaxPool3D"}) {
    refused(with(op, {.padding = ""}), x, y, "padding");
    refused(with(op, {.filter = {1, 2, 2, 2}}), x, y, "ksize");
    refused(with(op, {.filter = {1, 2, 0, 2, 1}}), x, y, "ksize");
    refused(with(op, {.stride = {1, 2, 2, -1, 1}}), x, y, "strides");
    refused(with(op, {.format = "NCDHW"}), x, y, "NCDHW", Code::unsupported);
    refused(with(op, {.filter = {1, 6, 2, 2, 1}}), x, y, "depth");
    refused(with(op, {}), f32({2, 2, 2, 1}), y, "rank");
    refused(with(op, {}), x, i8({1, 1, 1, 1, 1}).q(1), "int8");
    refused(with(op, {}), u8({1, 2, 2, 2, 1}).q(1), u8({1, 1, 1, 1, 1}).q(1), "uint8",
            Code::unsupported);
    refused(with(op, {}), i8({1, 2, 2, 2, 1}), i8({1, 1, 1, 1, 1}), "quant");
  }
}

}  // namespace samara::testing::avg_pool_3d_test

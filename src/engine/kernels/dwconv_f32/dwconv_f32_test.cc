#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "engine/kernels/dwconv_f32/dwconv_f32_kernels.h"

namespace samara::kernels {
namespace {

/// Values whose sums round: every variant must round as the definition does.
std::vector<float> uneven(size_t n, int seed) {
  std::vector<float> v(n);
  for (size_t i = 0; i < n; ++i) v[i] = float(int((i * 7919 + size_t(seed) * 31) % 17) - 8) / 0.7f;
  return v;
}

class DwconvF32Test : public testing::TestWithParam<Variant<DwconvF32>> {
 protected:
  void SetUp() override {
    if (!GetParam().runs_on(detected_isa())) GTEST_SKIP() << "this CPU lacks it";
    pool = std::move(ThreadPool::create({.threads = 2})).value();
  }
  const DwconvF32& kernels() const { return *GetParam().kernels; }

  void check(const ConvGeometry& g, Padding padding, bool with_bias) {
    for (const bool fused : {false, true}) check(g, padding, with_bias, fused);
  }
  void check(ConvGeometry g, Padding padding, bool with_bias, bool asked) {
    ASSERT_TRUE(g.resolve(padding).ok());
    const auto in = uneven(size_t(g.batches) * g.y.in * g.x.in * g.in_c, 1);
    const auto w = uneven(size_t(g.taps()) * g.out_c, 2), bias = uneven(size_t(g.out_c), 3);
    const size_t size = size_t(g.out_pixels()) * g.out_c;
    std::vector<float> out(size + 1, -99);
    dwconv_f32(g, in.data(), w.data(), with_bias ? bias.data() : nullptr, out.data(), -40, 60,
               asked, *pool, kernels());
    const int by = g.out_c / g.in_c;
    const bool fused = asked && by == 1 && kernels().run_fused;
    for (size_t i = 0; i < size; ++i) {
      const int64_t c = int64_t(i) % g.out_c, pixel = int64_t(i) / g.out_c;
      const int64_t b = pixel / g.x.out / g.y.out;
      float sum = fused && with_bias ? bias[size_t(c)] : 0;
      for (int64_t tap = 0; tap < g.taps(); ++tap) {
        const int64_t y = g.y.begin(pixel / g.x.out % g.y.out) + tap / g.x.filter * g.y.dilation;
        const int64_t x = g.x.begin(pixel % g.x.out) + tap % g.x.filter * g.x.dilation;
        if (y < 0 || y >= g.y.in || x < 0 || x >= g.x.in) continue;
        const float a = in[size_t(((b * g.y.in + y) * g.x.in + x) * g.in_c + c / by)];
        const float weight = w[size_t(tap * g.out_c + c)];
        sum = fused ? std::fma(a, weight, sum) : sum + a * weight;
      }
      if (with_bias && !fused) sum += bias[size_t(c)];
      ASSERT_EQ(out[i], std::min(std::max(sum, -40.0f), 60.0f))
          << "channels " << g.out_c << " filter " << g.x.filter << " stride " << g.x.stride
          << " dilation " << g.x.dilation << " at " << i;
    }
    ASSERT_EQ(out[size], -99) << "wrote beyond its end";
  }
  std::unique_ptr<ThreadPool> pool;
};

TEST_P(DwconvF32Test, convolves) {
  for (const Padding padding : {Padding::same, Padding::valid})
    for (const int filter : {1, 2, 3, 5, 7})
      for (const int stride : {1, 2, 3})
        for (const int dilation : {1, 2})
          for (const int channels : {1, 3, 4, 16, 17, 31, 70}) {
            ConvGeometry g{.batches = 2, .y = {.in = 9}, .x = {.in = 15}, .in_c = channels};
            g.out_c = g.groups = channels;
            g.y.filter = g.x.filter = filter;
            g.y.stride = g.x.stride = stride;
            g.y.dilation = g.x.dilation = filter < 4 ? dilation : 1;
            check(g, padding, channels != 4);
          }
}

TEST_P(DwconvF32Test, convolves_with_a_multiplier) {
  for (const int in_c : {1, 3})
    for (const int by : {2, 3, 8, 20}) {
      ConvGeometry g{.y = {.in = 7, .filter = 3}, .x = {.in = 6, .filter = 4}, .in_c = in_c};
      g.out_c = in_c * by;
      g.groups = in_c;
      check(g, Padding::same, true);
    }
}

TEST_P(DwconvF32Test, convolves_where_the_filter_exceeds_the_image) {
  ConvGeometry g{.y = {.in = 2, .filter = 9}, .x = {.in = 1, .filter = 7}, .in_c = 5};
  g.out_c = g.groups = 5;
  check(g, Padding::same, true);
  g.y.dilation = g.x.dilation = 3;
  check(g, Padding::same, true);
}

INSTANTIATE_TEST_SUITE_P(Variants, DwconvF32Test,
                         testing::ValuesIn(dwconv_f32_variants().begin(),
                                           dwconv_f32_variants().end()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace samara::kernels

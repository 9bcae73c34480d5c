#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "engine/kernels/gemm_f32/gemm_f32_kernels.h"

namespace samara::kernels {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();

/// Small whole numbers: their sums are exact in float, so every variant must agree to the bit.
std::vector<float> whole(size_t n, int seed) {
  std::vector<float> v(n);
  for (size_t i = 0; i < n; ++i) v[i] = float(int((i * 7919 + size_t(seed) * 31) % 17) - 8);
  return v;
}

class GemmF32Test : public testing::TestWithParam<Variant<GemmF32>> {
 protected:
  void SetUp() override {
    if (!GetParam().runs_on(detected_isa())) GTEST_SKIP() << "this CPU lacks it";
    pool = std::move(ThreadPool::create({.threads = 2})).value();
  }
  const GemmF32& g() const { return *GetParam().kernels; }
  /// Both ways to round; a variant that cannot fuse rounds twice when asked to.
  static constexpr bool kFused[] = {false, true};
  std::unique_ptr<ThreadPool> pool;
};

TEST_P(GemmF32Test, multiplies_any_size) {
  for (const size_t m : {1u, 2u, 3u, 5u, 7u, 8u, 9u, 13u, 31u})
    for (const size_t n : {1u, 3u, 4u, 5u, 8u, 9u, 15u, 16u, 17u, 31u, 32u, 33u, 50u})
      for (const size_t k : {0u, 1u, 2u, 3u, 4u, 5u, 7u, 8u, 19u}) {
        const auto a = whole(m * (k + 2), 1), w = whole(n * k, 2), bias = whole(n, 3);
        std::vector<float> packed(size_t(*gemm_f32_packed_floats(int64_t(n), int64_t(k), g())));
        gemm_f32_pack(w.data(), k, 1, bias.data(), n, k, packed.data(), g());
        std::vector<float> c(m * (n + 1), -99);
        gemm_f32({m, n, k, a.data(), k + 2, c.data(), n + 1, -20, 30, (m + n + k) % 2 == 0},
                 packed.data(), *pool, g());
        for (size_t i = 0; i < m; ++i) {
          for (size_t j = 0; j < n; ++j) {
            float sum = bias[j];
            for (size_t l = 0; l < k; ++l) sum += a[i * (k + 2) + l] * w[j * k + l];
            ASSERT_EQ(c[i * (n + 1) + j], std::min(std::max(sum, -20.0f), 30.0f))
                << m << "x" << n << "x" << k << " at " << i << "," << j;
          }
          ASSERT_EQ(c[i * (n + 1) + n], -99) << "wrote beyond the row";
        }
      }
}

TEST_P(GemmF32Test, packs_weights_that_lie_the_other_way) {
  const size_t m = 5, n = 37, k = 11;
  const auto a = whole(m * k, 4), w = whole(k * n, 5);
  std::vector<float> packed(size_t(*gemm_f32_packed_floats(n, k, g()))), c(m * n);
  gemm_f32_pack(w.data(), 1, n, nullptr, n, k, packed.data(), g());
  gemm_f32({m, n, k, a.data(), k, c.data(), n, -kInf, kInf}, packed.data(), *pool, g());
  for (size_t i = 0; i < m; ++i)
    for (size_t j = 0; j < n; ++j) {
      float sum = 0;
      for (size_t l = 0; l < k; ++l) sum += a[i * k + l] * w[l * n + j];
      ASSERT_EQ(c[i * n + j], sum);
    }
}

float conv_at(const ConvGeometry& g, const std::vector<float>& in, const std::vector<float>& w,
              int64_t b, int64_t oy, int64_t ox, int64_t oc, float sum = 0, bool fused = false) {
  const int64_t ic = g.group_in_c(), group = oc / g.group_out_c();
  for (int64_t ky = 0; ky < g.y.filter; ++ky)
    for (int64_t kx = 0; kx < g.x.filter; ++kx) {
      const int64_t y = g.y.begin(oy) + ky * g.y.dilation, x = g.x.begin(ox) + kx * g.x.dilation;
      if (y < 0 || y >= g.y.in || x < 0 || x >= g.x.in) continue;
      for (int64_t c = 0; c < ic; ++c) {
        const float a = in[size_t(((b * g.y.in + y) * g.x.in + x) * g.in_c + group * ic + c)];
        const float by = w[size_t(((oc * g.y.filter + ky) * g.x.filter + kx) * ic + c)];
        sum = fused ? std::fma(a, by, sum) : sum + a * by;
      }
    }
  return sum;
}

void check_conv(ConvGeometry c, Padding padding, bool fused, ThreadPool& pool, const GemmF32& g) {
  ASSERT_TRUE(c.resolve(padding).ok());
  const auto in = whole(size_t(c.batches) * c.y.in * c.x.in * c.in_c, 6);
  const auto w = whole(size_t(c.out_c) * c.k(), 7), bias = whole(size_t(c.out_c), 8);
  std::vector<float> packed(size_t(*conv_f32_packed_floats(c, g)));
  std::vector<float> out(size_t(c.out_pixels()) * c.out_c);
  conv_f32_pack(c, w.data(), bias.data(), packed.data(), g);
  conv_f32(c, in.data(), packed.data(), out.data(), 0, kInf, fused, pool, g);
  size_t i = 0;
  for (int64_t b = 0; b < c.batches; ++b)
    for (int64_t y = 0; y < c.y.out; ++y)
      for (int64_t x = 0; x < c.x.out; ++x)
        for (int64_t oc = 0; oc < c.out_c; ++oc, ++i)
          ASSERT_EQ(out[i], std::max(conv_at(c, in, w, b, y, x, oc) + bias[size_t(oc)], 0.0f))
              << b << "," << y << "," << x << "," << oc;
}

TEST_P(GemmF32Test, convolves) {
  const auto with = [](int filter, int stride, int dilation) {
    ConvGeometry c{.batches = 2, .y = {.in = 9}, .x = {.in = 11}, .in_c = 6, .out_c = 10};
    c.y.filter = c.x.filter = filter;
    c.y.stride = c.x.stride = stride;
    c.y.dilation = c.x.dilation = dilation;
    return c;
  };
  for (const Padding padding : {Padding::same, Padding::valid})
    for (const int filter : {1, 2, 3, 5})
      for (const int stride : {1, 2})
        for (const int dilation : {1, 2})
          for (const int groups : {1, 2}) {
            ConvGeometry c = with(filter, stride, dilation);
            c.groups = groups;
            for (const bool fused : kFused) check_conv(c, padding, fused, *pool, g());
          }
}

TEST_P(GemmF32Test, convolves_with_huge_filters) {
  for (const int filter : {31, 50, 2100}) {
    ConvGeometry c{.y = {.in = 3, .filter = filter == 2100 ? 1 : filter},
                   .x = {.in = 40, .filter = filter},
                   .in_c = 2,
                   .out_c = 5};
    for (const bool fused : kFused) check_conv(c, Padding::same, fused, *pool, g());
  }
}

TEST_P(GemmF32Test, rounds_as_the_definition_at_any_thread_count) {
  ConvGeometry c{
      .y = {.in = 20, .filter = 3}, .x = {.in = 20, .filter = 3}, .in_c = 19, .out_c = 70};
  ASSERT_TRUE(c.resolve(Padding::same).ok());
  std::vector<float> in(size_t(c.y.in) * c.x.in * c.in_c), w(size_t(c.out_c) * c.k());
  std::vector<float> bias(size_t(c.out_c));
  for (size_t i = 0; i < in.size(); ++i) in[i] = std::sin(float(i));
  for (size_t i = 0; i < w.size(); ++i) w[i] = std::cos(float(i));
  for (size_t i = 0; i < bias.size(); ++i) bias[i] = std::sin(float(3 * i));
  std::vector<float> packed(size_t(*conv_f32_packed_floats(c, g())));
  conv_f32_pack(c, w.data(), bias.data(), packed.data(), g());
  for (const int threads : {1, 2, 3, 7})
    for (const bool asked : kFused) {
      const auto p = ThreadPool::create({.threads = threads});
      std::vector<float> out(size_t(c.out_pixels()) * c.out_c);
      conv_f32(c, in.data(), packed.data(), out.data(), -kInf, kInf, asked, **p, g());
      const bool fused = asked && g().fused_tile;
      for (size_t i = 0; i < out.size(); ++i) {
        const int64_t pixel = int64_t(i) / c.out_c, oc = int64_t(i) % c.out_c;
        const float last = bias[size_t(oc)], start = fused ? last : 0;
        const float sum = conv_at(c, in, w, 0, pixel / 20, pixel % 20, oc, start, fused);
        ASSERT_EQ(out[i], fused ? sum : sum + last)
            << threads << " threads, fused " << fused << ", at " << i;
      }
    }
}

TEST_P(GemmF32Test, refuses_sizes_that_overflow) {
  constexpr int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_FALSE(gemm_f32_packed_floats(most, 2, g()));
  EXPECT_FALSE(gemm_f32_packed_floats(2, most, g()));
  EXPECT_FALSE(gemm_f32_packed_floats(int64_t{1} << 31, int64_t{1} << 31, g()));
  ConvGeometry c;
  c.in_c = c.out_c = c.y.filter = c.x.filter = std::numeric_limits<int32_t>::max();
  EXPECT_FALSE(conv_f32_packed_floats(c, g()));
}

INSTANTIATE_TEST_SUITE_P(Variants, GemmF32Test,
                         testing::ValuesIn(gemm_f32_variants().begin(), gemm_f32_variants().end()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace samara::kernels

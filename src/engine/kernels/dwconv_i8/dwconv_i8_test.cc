#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "engine/kernels/dwconv_i8/dwconv_i8_kernels.h"
#include "engine/kernels/requant/byte_result_test.h"

namespace samara::kernels {
namespace {

struct Case {
  ConvGeometry g;
  bool input_u8 = false, input_i16 = false, weights_u8 = false;
  std::vector<uint8_t> input = {}, weights = {};
  std::vector<int32_t> bias = {};
  int32_t zero = 0, weight_zero = 0;

  int64_t sum(int64_t pixel, int64_t channel) const {
    const int64_t line = pixel / g.x.out, batch = line / g.y.out;
    int64_t sum = input_i16 ? 0 : bias[size_t(channel)];
    for (int64_t ky = 0; ky < g.y.filter; ++ky) {
      for (int64_t kx = 0; kx < g.x.filter; ++kx) {
        const int64_t y = g.y.begin(line % g.y.out) + ky * g.y.dilation;
        const int64_t x = g.x.begin(pixel % g.x.out) + kx * g.x.dilation;
        if (y < 0 || y >= g.y.in || x < 0 || x >= g.x.in) continue;
        const size_t at =
            size_t(((batch * g.y.in + y) * g.x.in + x) * g.in_c + channel / (g.out_c / g.in_c));
        const size_t w = size_t((ky * g.x.filter + kx) * g.out_c + channel);
        const int32_t value = input_i16  ? reinterpret_cast<const int16_t*>(input.data())[at]
                              : input_u8 ? input[at]
                                         : int8_t(input[at]);
        sum +=
            int64_t{value - zero} * ((weights_u8 ? weights[w] : int8_t(weights[w])) - weight_zero);
      }
    }
    return sum;
  }
};

/// Some of the shapes that have loops of their own.
void common_shape(std::mt19937& r, ConvGeometry& g) {
  if (r() % 4) return;
  g.y.filter = g.x.filter = 3;
  g.x.stride = 1 + int(r() % 2);
  g.x.dilation = 1;
  if (r() % 2) g.in_c = r() % 2 ? 16 : 32;
}

Case random_case(std::mt19937& r, bool i16) {
  const auto between = [&](int low, int high) { return low + int(r() % unsigned(high - low + 1)); };
  Case c;
  c.g.batches = between(1, 2);
  for (WindowAxis* a : {&c.g.y, &c.g.x}) {
    a->in = between(1, 12);
    a->filter = r() % 12 == 0 ? between(20, 40) : between(1, 5);
    a->stride = between(1, 3);
    a->dilation = between(1, 2);
  }

  c.g.in_c = r() % 8 == 0 ? between(100, 700) : between(1, 130);
  if (c.g.taps() > 100) c.g.in_c = between(1, 20);  // the oracle is slow
  common_shape(r, c.g);
  c.g.groups = c.g.in_c;
  c.g.out_c = c.g.in_c * (r() % 4 ? 1 : between(2, 3));
  EXPECT_TRUE(c.g.resolve(Padding::same).ok());
  c.input_i16 = i16;
  c.input_u8 = !i16 && r() % 2;
  c.weights_u8 = !i16 && r() % 3 == 0;
  c.zero = i16 ? 0 : c.input_u8 ? between(0, 255) : between(-128, 127);
  c.weight_zero = c.weights_u8 ? (r() % 2 ? 128 : between(0, 255)) : 0;
  const size_t in = size_t(c.g.batches) * size_t(c.g.y.in) * size_t(c.g.x.in) * size_t(c.g.in_c);
  const auto fill = [&](std::vector<uint8_t>& v, size_t n) {
    for (size_t i = 0; i < n; ++i) v.push_back(r() % 8 ? uint8_t(r()) : r() % 2 ? 0x80 : 0x7f);
  };
  fill(c.input, i16 ? in * 2 : in);
  fill(c.weights, size_t(c.g.taps()) * size_t(c.g.out_c));
  for (int i = 0; i < c.g.out_c; ++i) c.bias.push_back(int32_t(r()) >> 8);
  return c;
}

void check(const Case& c, const DwI8& kernel, ThreadPool& pool, std::mt19937& r) {
  DepthwiseI8 d{
      .geometry = c.g, .kernel = &kernel, .input_u8 = c.input_u8, .input_i16 = c.input_i16};
  if (d.multiplier() != 1) d.kernel = &dwconv_i8_scalar;
  PackDw how{.form = c.weights_u8 ? WeightForm::u8 : WeightForm::s8,
             .weights = c.weights.data(),
             .weight_zero = c.weight_zero - (c.weights_u8 ? 128 : 0)};
  if (!c.input_i16) {
    how.bias = c.bias.data();
    how.left_zero = d.inner_zero(c.zero);
  }
  std::vector<std::byte> packed(size_t(d.packed_bytes()));
  d.pack(how, packed.data());
  const std::vector<uint8_t> zeros(size_t(c.g.in_c) * 2, uint8_t(c.zero));
  const int64_t pixels = c.g.out_pixels();
  std::vector<int64_t> got(size_t(pixels * c.g.out_c), -1);
  d.run({.input = c.input.data(), .packed = packed.data(), .zeros = zeros.data()}, pool,
        [&](const SumTile& t) {
          for (int i = 0; i < t.rows; ++i)
            for (int j = 0; j < t.n; ++j)
              got[size_t((t.row + i) * c.g.out_c + t.channel + j)] =
                  t.wide_sums ? t.wide_sums[i * t.stride + j] : t.sums[i * t.stride + j];
        });
  for (int64_t p = 0; p < pixels; ++p)
    for (int64_t j = 0; j < c.g.out_c; ++j)
      ASSERT_EQ(got[size_t(p * c.g.out_c + j)], c.sum(p, j)) << "pixel " << p << " channel " << j;
  for (int once = 0; once < 2 && d.kernel->run_row; ++once) {
    const ByteCase bytes(r, pixels, c.g.out_c, once);
    bool sums = false;
    d.run(
        {.input = c.input.data(), .packed = packed.data(), .zeros = zeros.data()}, pool,
        [&](const SumTile&) { sums = true; }, bytes.rule());
    ASSERT_FALSE(sums && once);
    if (!sums) bytes.check([&](int64_t p, int64_t j) { return got[size_t(p * c.g.out_c + j)]; });
  }
}

TEST(dwconv_i8, every_variant_gives_the_exact_sums) {
  const auto one = ThreadPool::create({.threads = 1}), two = ThreadPool::create({.threads = 2});
  for (const Variant<DwI8>& v : dwconv_i8_variants()) {
    if (!v.runs_on(detected_isa())) continue;
    SCOPED_TRACE(v.name);
    std::mt19937 r(11);
    const int cases = v.kernels->run_row ? 300 : 80;
    for (int i = 0; i < cases && !::testing::Test::HasFatalFailure(); ++i) {
      Case c = random_case(r, v.kernels->run16 && i % 3 == 0);
      if (v.kernels->run_row && !fits_rows(c.g)) continue;
      // Weights that leave 8 bits are not for quads: choose() takes another variant.
      if (v.kernels->weights == DwWeights::quads && c.weights_u8) c.weight_zero = 128;
      check(c, *v.kernels, **(i % 2 ? one : two), r);
    }
  }
}

TEST(dwconv_i8, chooses_a_variant_that_holds_the_weights) {
  DepthwiseI8 d;
  d.geometry.in_c = d.geometry.out_c = d.geometry.groups = 8;
  for (const int32_t zero : {0, 3}) {
    d.choose(zero);
    EXPECT_TRUE(zero == 0 || d.kernel->weights != DwWeights::quads);
  }
  d.geometry.y.filter = 9;
  d.choose(0);
  EXPECT_EQ(d.kernel->run_row, nullptr);
  d.input_i16 = true;
  d.choose(0);
  EXPECT_NE(d.kernel->run16, nullptr);
  d.geometry.out_c = 16;
  d.choose(0);
  EXPECT_EQ(d.kernel, &dwconv_i8_scalar);
}

}  // namespace
}  // namespace samara::kernels

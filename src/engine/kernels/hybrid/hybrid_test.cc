#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "engine/kernels/hybrid/hybrid_kernels.h"

namespace samara::kernels {
namespace {

TEST(hybrid, every_variant_gives_the_bits_of_the_portable_one) {
  for (const Variant<RowQuantizer>& v : row_quantizer_variants()) {
    if (!v.runs_on(detected_isa())) continue;
    SCOPED_TRACE(v.name);
    std::mt19937 r(1);
    for (int i = 0; i < 300; ++i) {
      std::vector<float> x(r() % 200);
      for (float& f : x) {
        f = float(int32_t(r())) * 0x1p-24f;
        if (r() % 8 == 0) f = float(int32_t(r() % 512) - 256) * 0.5f;  // ties
        if (r() % 50 == 0) f = 0.49999997f;
        if (i % 10 == 9 && r() % 9 == 0)
          f = r() % 2 ? std::numeric_limits<float>::infinity() : std::nanf("");
      }
      float low[2], high[2];
      hybrid_scalar.range(x.data(), x.size(), &low[0], &high[0]);
      v.kernels->range(x.data(), x.size(), &low[1], &high[1]);
      EXPECT_EQ(low[0], low[1]);
      EXPECT_EQ(high[0], high[1]);
      const float factor = i % 3 ? 1.0f : 0.7f, offset = i % 2 ? 0 : -3,
                  least = i % 2 ? -127 : -128;
      std::vector<int8_t> want(x.size()), got(x.size());
      hybrid_scalar.quantize(x.data(), x.size(), factor, offset, least, want.data());
      v.kernels->quantize(x.data(), x.size(), factor, offset, least, got.data());
      ASSERT_EQ(want, got);
      hybrid_scalar.quantize_even(x.data(), x.size(), factor, int(offset), want.data());
      v.kernels->quantize_even(x.data(), x.size(), factor, int(offset), got.data());
      ASSERT_EQ(want, got);
    }
  }
}

TEST(hybrid, symmetric_rows_keep_zero_at_zero) {
  const float x[] = {-2, 0, 1, 2, 0.0078f};
  int8_t q[5];
  const RowQuant r = quantize_symmetric(x, 5, q);
  EXPECT_EQ(std::vector<int>(q, q + 5), (std::vector<int>{-127, 0, 64, 127, 0}));
  EXPECT_EQ(r.scale, 2.0f / 127);
  EXPECT_EQ(r.zero, 0);
}

TEST(hybrid, asymmetric_rows_use_all_values) {
  const float x[] = {0, 1, 2, 255};
  int8_t q[4];
  const RowQuant r = quantize_asymmetric(x, 4, q);
  EXPECT_EQ(std::vector<int>(q, q + 4), (std::vector<int>{-128, -127, -126, 127}));
  EXPECT_EQ(r.scale, 1.0f);
  EXPECT_EQ(r.zero, -128);
}

TEST(hybrid, asymmetric_rows_round_before_the_zero_point_is_added) {
  // 0.50000006 - 128 would be a tie, which goes away from zero: to -128.
  const float x[] = {0, 0.50000006f, 1.4999999f, 255};
  int8_t q[4];
  quantize_asymmetric(x, 4, q);
  EXPECT_EQ(std::vector<int>(q, q + 4), (std::vector<int>{-128, -127, -127, 127}));
}

TEST(hybrid, even_rows_take_ties_to_even) {
  const float x[] = {0, 0.5f, 1.5f, 254, 255};
  int8_t q[5];
  const RowQuant r = quantize_even(x, 5, q);
  EXPECT_EQ(std::vector<int>(q, q + 5), (std::vector<int>{-128, -128, -126, 126, 127}));
  EXPECT_EQ(r.scale, 1.0f);
  EXPECT_EQ(r.zero, -128);
}

TEST(hybrid, even_rows_together_are_those_by_themselves) {
  std::mt19937 r(2);
  for (const size_t n : {1, 70, 300}) {
    std::vector<float> x(n * 5);
    for (float& f : x) f = float(int32_t(r())) * 0x1p-24f;
    std::fill_n(x.begin(), n, 0.0f);
    std::vector<int8_t> all(x.size()), one(n);
    RowQuant quants[5];
    quantize_rows_even(x.data(), 5, n, all.data(), quants);
    for (size_t i = 0; i < 5; ++i) {
      const RowQuant want = quantize_even(x.data() + i * n, n, one.data());
      EXPECT_EQ(std::vector<int8_t>(&all[i * n], &all[i * n] + n), one);
      EXPECT_EQ(quants[i].scale, want.scale);
      EXPECT_EQ(quants[i].zero, want.zero);
    }
  }
  quantize_rows_even(nullptr, 0, 7, nullptr, nullptr);
}

TEST(hybrid, rows_of_zeros_and_of_nonsense_are_defined) {
  const float zeros[3] = {}, odd[] = {std::nanf(""), std::numeric_limits<float>::infinity(), -1};
  int8_t q[3] = {9, 9, 9};
  EXPECT_EQ(quantize_symmetric(zeros, 3, q).scale, 1.0f);
  EXPECT_EQ(std::vector<int>(q, q + 3), (std::vector<int>{0, 0, 0}));
  EXPECT_EQ(quantize_asymmetric(zeros, 3, q).zero, 0);
  quantize_symmetric(odd, 3, q);
  quantize_asymmetric(odd, 3, q);
}

}  // namespace
}  // namespace samara::kernels

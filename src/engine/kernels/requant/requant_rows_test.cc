#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "engine/kernels/requant/requant_kernels.h"

namespace samara::kernels {
namespace {

struct Block {
  std::vector<int32_t> sums, row_add, multiplier, shift, weight_sums, left_zero;
  std::vector<double> real;
  std::vector<float> scale, bias, row_scale;
  SumBlock block;
};

Block random_block(std::mt19937& r, bool extreme) {
  Block b;
  const int rows = 1 + int(r() % 5), n = 1 + int(r() % 40);
  const int stride = n + int(r() % 3);
  for (int i = 0; i < rows * stride; ++i)
    b.sums.push_back(int32_t(r()) >> (extreme ? 0 : r() % 24));
  for (int i = 0; i < rows; ++i) {
    b.row_add.push_back(int32_t(r()) >> 16);
    b.left_zero.push_back(int32_t(r()) >> 24);
    b.row_scale.push_back(float(r() % 1000) * 0.001f);
  }
  for (int i = 0; i < n; ++i) {
    const double real =
        std::ldexp(1.0 + double(r() % 1000) / 1000, -int(r() % (extreme ? 40 : 16)));
    const bool above_1 = r() % (extreme ? 3 : 60) == 0;
    const Multiplier m = quantize_multiplier(above_1 ? real * 1024 : real);
    b.multiplier.push_back(m.value);
    b.shift.push_back(m.shift);
    b.real.push_back(real);
    b.scale.push_back(float(real));
    b.bias.push_back(float(int32_t(r()) >> 20));
    b.weight_sums.push_back(int32_t(r()) >> 16);
  }
  b.block = {.sums = b.sums.data(),
             .stride = stride,
             .rows = rows,
             .n = n,
             .row_add = r() % 2 ? b.row_add.data() : nullptr,
             .zero = int(r() % 256) - 128,
             .low = -128,
             .high = 127};
  if (r() % 2) b.block.low = b.block.zero;
  if (!extreme) {
    for (int32_t& x : b.sums) x >>= 2;
    b.block.small = r() % 2;
  }
  return b;
}

TEST(requant, every_variant_gives_the_bits_of_the_portable_one) {
  for (const Variant<RequantRows>& v : requant_variants()) {
    if (!v.runs_on(detected_isa())) continue;
    SCOPED_TRACE(v.name);
    std::mt19937 r(3);
    for (int i = 0; i < 400; ++i) {
      const Block b = random_block(r, i % 4 == 3);
      const ptrdiff_t stride = b.block.n + 1;
      const size_t size = size_t(b.block.rows) * size_t(stride);
      std::vector<uint8_t> want(size, 99), got(size, 99);
      requant_scalar.twice8(b.block, b.multiplier.data(), b.shift.data(), want.data(), stride);
      v.kernels->twice8(b.block, b.multiplier.data(), b.shift.data(), got.data(), stride);
      ASSERT_EQ(got, want) << "twice " << i;
      requant_scalar.real8(b.block, b.real.data(), want.data(), stride);
      v.kernels->real8(b.block, b.real.data(), got.data(), stride);
      ASSERT_EQ(got, want) << "real " << i;
      requant_scalar.once8(b.block, b.scale.data(), want.data(), stride);
      v.kernels->once8(b.block, b.scale.data(), got.data(), stride);
      ASSERT_EQ(got, want) << "once " << i;
      std::vector<float> fwant(size, 99), fgot(size, 99);
      const float* bias = i % 3 ? b.bias.data() : nullptr;
      const int32_t* sums = i % 2 ? b.weight_sums.data() : nullptr;
      for (const auto& [kernels, out] : {std::pair(&requant_scalar, &fwant), {v.kernels, &fgot}})
        kernels->hybrid(b.block, b.left_zero.data(), sums, b.row_scale.data(), b.scale.data(), bias,
                        -5000.0f, 1e30f, out->data(), stride);
      ASSERT_EQ(fgot, fwant) << "hybrid " << i;
      for (const auto& [kernels, out] : {std::pair(&requant_scalar, &fwant), {v.kernels, &fgot}})
        kernels->hybrid_fused(b.block, b.left_zero.data(), sums, b.row_scale.data(), b.scale.data(),
                              bias, -5000.0f, 1e30f, out->data(), stride);
      ASSERT_EQ(fgot, fwant) << "hybrid fused " << i;
    }
  }
}

TEST(requant, ties_go_as_each_rule_says) {
  // 0.5 is exact: one rounding decides. 0.25 rounds in the shift.
  const int32_t sums[] = {1, -1, 3, -3, 2, -2, 6, -6};
  const Multiplier half = quantize_multiplier(0.5), quarter = quantize_multiplier(0.25);
  int8_t out[8];
  for (const Variant<RequantRows>& v : requant_variants()) {
    if (!v.runs_on(detected_isa())) continue;
    const SumBlock b{.sums = sums, .stride = 8, .rows = 1, .n = 8, .low = -128, .high = 127};
    const std::vector<int32_t> value(8, half.value), shift(8, half.shift), shift4(8, quarter.shift);
    v.kernels->twice8(b, value.data(), shift.data(), reinterpret_cast<uint8_t*>(out), 8);
    // The first rounding takes ties up, as the reference's high multiplication does.
    EXPECT_EQ(std::vector<int>(out, out + 8), (std::vector<int>{1, 0, 2, -1, 1, -1, 3, -3}));
    v.kernels->twice8(b, value.data(), shift4.data(), reinterpret_cast<uint8_t*>(out), 8);
    EXPECT_EQ(std::vector<int>(out, out + 8), (std::vector<int>{1, 0, 1, -1, 1, -1, 2, -2}));
    const std::vector<double> real(8, 0.5);
    v.kernels->real8(b, real.data(), reinterpret_cast<uint8_t*>(out), 8);
    EXPECT_EQ(std::vector<int>(out, out + 8), (std::vector<int>{1, -1, 2, -2, 1, -1, 3, -3}));
    const std::vector<float> once(8, 0.5f);
    v.kernels->once8(b, once.data(), reinterpret_cast<uint8_t*>(out), 8);
    EXPECT_EQ(std::vector<int>(out, out + 8), (std::vector<int>{0, 0, 2, -2, 1, -1, 3, -3}));
  }
}

TEST(requant, doubles_just_under_a_half_stay) {
  EXPECT_EQ(round_clamped(0.49999999999999994, -10, 10), 0);
  EXPECT_EQ(round_clamped(-2.5, -10, 10), -3);
  EXPECT_EQ(round_clamped(std::numeric_limits<double>::infinity(), -10, 10), 10);
  EXPECT_EQ(round_clamped(-1e300, -10, 10), -10);
}

TEST(requant, every_variant_gives_the_bits_of_the_portable_one_for_wide_sums) {
  for (const Variant<RequantRows>& v : requant_variants()) {
    if (!v.runs_on(detected_isa())) continue;
    SCOPED_TRACE(v.name);
    std::mt19937 r(5);
    for (int i = 0; i < 400; ++i) {
      const Block base = random_block(r, i % 4 == 3);
      const int rows = base.block.rows, n = base.block.n;
      std::vector<int64_t> sums, bias;
      for (const int32_t x : base.sums)
        sums.push_back(int64_t(uint64_t(int64_t{x}) << (i % 4 == 3 ? r() % 30 : r() % 16)));
      for (const int32_t x : base.weight_sums) bias.push_back(int64_t{x} * 1000);
      const WideBlock b{.sums = sums.data(),
                        .stride = base.block.stride,
                        .rows = rows,
                        .n = n,
                        .bias = i % 3 == 0 ? bias.data() : nullptr,
                        .bias32 = i % 3 == 1 ? base.weight_sums.data() : nullptr,
                        .wrap32 = i % 5 == 0,
                        .low = i % 2 ? 0 : -32768,
                        .high = 32767};
      std::vector<int16_t> want(size_t(rows * n), 99), got = want;
      requant_scalar.wide16(b, base.multiplier.data(), base.shift.data(), want.data(), n);
      v.kernels->wide16(b, base.multiplier.data(), base.shift.data(), got.data(), n);
      ASSERT_EQ(got, want) << i;
      std::vector<int64_t> wide(sums), expected(sums);
      requant_scalar.widen(expected.data(), base.sums.data(), size_t(n), i % 2);
      v.kernels->widen(wide.data(), base.sums.data(), size_t(n), i % 2);
      ASSERT_EQ(wide, expected) << i;
    }
  }
}

TEST(requant, gathers_gates_and_adds_bytes_as_defined) {
  for (const Variant<RequantRows>& v : requant_variants()) {
    if (!v.runs_on(detected_isa())) continue;
    SCOPED_TRACE(v.name);
    std::mt19937 r(7);
    for (int round = 0; round < 200; ++round) {
      const size_t n = r() % 150;
      const Multiplier m =
          quantize_multiplier(std::ldexp(1.0 + double(r() % 100) / 100, int(r() % 34) - 30));
      std::vector<int32_t> sums(n);
      std::vector<int16_t> to(n), want(n);
      std::vector<uint8_t> a(n), b(n), out(n), expected(n);
      SumOfTwo s{.factor = {int32_t(r() % (1 << 21)), -int32_t(r() % (1 << 21))},
                 .start = int32_t(r() % (1 << 28)),
                 .shift = 1 + int(r() % 27),
                 .zero = int32_t(r() % 50),
                 .low = round % 2 ? 3 : -120,
                 .high = round % 2 ? 250 : 127,
                 .is_unsigned = round % 2 == 1};
      for (size_t i = 0; i < n; ++i) {
        sums[i] = int32_t(r()) >> (r() % 31);
        to[i] = int16_t(r());
        want[i] = int16_t(std::clamp<int64_t>(int64_t{rescale(sums[i], m)} + to[i], -32768, 32767));
        a[i] = uint8_t(r());
        b[i] = uint8_t(r());
        const int32_t x = s.is_unsigned ? a[i] : int8_t(a[i]),
                      y = s.is_unsigned ? b[i] : int8_t(b[i]);
        const int32_t sum = (s.factor[0] * x + s.factor[1] * y + s.start) >> s.shift;
        expected[i] = uint8_t(std::clamp(sum + s.zero, s.low, s.high));
      }
      v.kernels->gather16(sums.data(), m.value, m.shift, to.data(), n);
      ASSERT_EQ(to, want) << round;
      v.kernels->add8(s, a.data(), b.data(), out.data(), n);
      ASSERT_EQ(out, expected) << round;
    }
  }
}

TEST(requant, products_sums_and_tables_of_bytes) {
  for (const Variant<RequantRows>& v : requant_variants()) {
    if (!v.runs_on(detected_isa())) continue;
    SCOPED_TRACE(v.name);
    std::mt19937 r(8);
    for (int round = 0; round < 60; ++round) {
      const size_t n = r() % 200, rows = r() % 5, stride = n + r() % 3;
      const bool is_unsigned = round % 2;
      const auto value = [=](uint8_t x) { return is_unsigned ? int32_t{x} : int8_t(x); };
      std::vector<uint8_t> a(n * 5 + 20), b(n), table(256), out(n);
      for (std::vector<uint8_t>* bytes : {&a, &b, &table})
        for (uint8_t& x : *bytes) x = uint8_t(r());
      std::vector<int32_t> products(n), sums(n, round);
      v.kernels->products8(a.data(), 3, b.data(), -7, is_unsigned, products.data(), n);
      v.kernels->accumulate8(a.data(), ptrdiff_t(stride), rows, is_unsigned, sums.data(), n);
      v.kernels->lookup8(table.data(), b.data(), out.data(), n);
      for (size_t i = 0; i < n; ++i) {
        ASSERT_EQ(products[i], (value(a[i]) - 3) * (value(b[i]) + 7)) << i;
        int32_t sum = round;
        for (size_t row = 0; row < rows; ++row) sum += value(a[row * stride + i]);
        ASSERT_EQ(sums[i], sum) << i << " of " << n << " in " << rows;
        ASSERT_EQ(out[i], table[b[i]]) << i;
      }
      if (v.kernels->multiply8) {
        const ProductOfTwo p{.zero = {3, -7},
                             .scale = float(1 + r() % 100) * 0.001f,
                             .out_zero = 5,
                             .low = is_unsigned ? 0 : -128,
                             .high = is_unsigned ? 250 : 127,
                             .is_unsigned = is_unsigned};
        std::vector<uint8_t> got(n), want(n);
        v.kernels->multiply8(p, a.data(), b.data(), got.data(), n);
        const std::vector<float> scales(n, p.scale);
        requant_scalar.once8({.sums = products.data(),
                              .stride = ptrdiff_t(n),
                              .rows = 1,
                              .n = int(n),
                              .zero = p.out_zero,
                              .low = p.low,
                              .high = p.high},
                             scales.data(), want.data(), ptrdiff_t(n));
        ASSERT_EQ(got, want);
      }
      v.kernels->lookup8(table.data(), b.data(), b.data(), n);
      ASSERT_EQ(b, out);
    }
  }
}

TEST(requant, wide_sums_by_both_rules) {
  const int64_t sums[] = {1000, int64_t{1} << 33, -1000};
  const int64_t bias[] = {1, 2, 3};
  const Multiplier m = quantize_multiplier(0.01);
  const std::vector<int32_t> value(3, m.value), shift(3, m.shift);
  int16_t out[3];
  WideBlock b{
      .sums = sums, .stride = 3, .rows = 1, .n = 3, .bias = bias, .low = -32768, .high = 32767};
  requant_scalar.wide16(b, value.data(), shift.data(), out, 3);
  EXPECT_EQ(out[0], 10);
  EXPECT_EQ(out[1], 32767);
  EXPECT_EQ(out[2], -10);
  b.wrap32 = true;  // 2^33 + 2 is 2 in 32 bits
  requant_scalar.wide16(b, value.data(), shift.data(), out, 3);
  EXPECT_EQ(out[1], 0);
  const std::vector<double> real(3, 0.01);
  requant_wide_real16(b, real.data(), out, 3);
  EXPECT_EQ(out[0], 10);
  EXPECT_EQ(out[1], 0);
}

}  // namespace
}  // namespace samara::kernels

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "engine/kernels/gemm_i8/conv_i8.h"
#include "engine/kernels/gemm_i8/gemm_i8_kernels.h"
#include "engine/kernels/requant/byte_result_test.h"

namespace samara::kernels {
namespace {

using Random = std::mt19937;

int between(Random& r, int low, int high) { return low + int(r() % unsigned(high - low + 1)); }

std::vector<uint8_t> bytes(Random& r, size_t n) {
  std::vector<uint8_t> v(n);
  // Extremes are what shows saturation and sign mistakes.
  for (uint8_t& x : v) x = r() % 8 == 0 ? (r() % 2 ? 0x80 : 0x7f) : uint8_t(r());
  return v;
}

/// A convolution with everything that the driver can be given, and its sums by definition.
struct Case {
  ConvGeometry g;
  bool input_u8 = false, weights_u8 = false, input_i16 = false;
  std::vector<uint8_t> input = {}, weights = {};
  std::vector<int32_t> bias = {}, pads = {};
  int32_t weight_zero = 0;

  int32_t input_at(size_t i) const {
    if (input_i16) return reinterpret_cast<const int16_t*>(input.data())[i];
    return input_u8 ? input[i] : int8_t(input[i]);
  }
  int32_t weight_at(size_t i) const { return weights_u8 ? weights[i] : int8_t(weights[i]); }

  int64_t sum(int64_t pixel, int64_t channel) const {
    const int64_t line = pixel / g.x.out, batch = line / g.y.out;
    const int64_t group = channel / g.group_out_c();
    int64_t sum = input_i16 ? 0 : bias[size_t(channel)];
    for (int64_t ky = 0; ky < g.y.filter; ++ky) {
      for (int64_t kx = 0; kx < g.x.filter; ++kx) {
        const int64_t y = g.y.begin(line % g.y.out) + ky * g.y.dilation;
        const int64_t x = g.x.begin(pixel % g.x.out) + kx * g.x.dilation;
        if (y < 0 || y >= g.y.in || x < 0 || x >= g.x.in) continue;
        for (int64_t c = 0; c < g.group_in_c(); ++c) {
          const size_t at =
              size_t(((batch * g.y.in + y) * g.x.in + x) * g.in_c + group * g.group_in_c() + c);
          const size_t w = size_t((channel * g.taps() + ky * g.x.filter + kx) * g.group_in_c() + c);
          const int64_t zero = input_i16 ? 0 : pads[size_t(batch) % pads.size()];
          sum += (input_at(at) - zero) * int64_t{weight_at(w) - weight_zero};
        }
      }
    }
    return sum;
  }
};

Case random_case(Random& r) {
  Case c;
  c.g.batches = between(r, 1, 2);
  for (WindowAxis* a : {&c.g.y, &c.g.x}) {
    a->in = between(r, 1, 9);
    a->filter = between(r, 1, 4);
    a->stride = between(r, 1, 3);
    a->dilation = between(r, 1, 2);
  }
  if (r() % 3 == 0) c.g.y.filter = c.g.x.filter = c.g.y.stride = c.g.x.stride = 1;
  c.g.groups = r() % 4 == 0 ? between(r, 2, 3) : 1;
  c.g.in_c = c.g.groups * (r() % 8 == 0 ? between(r, 100, 300) : between(r, 1, 20));
  c.g.out_c = c.g.groups * (r() % 8 == 0 ? between(r, 200, 700) : between(r, 1, 40));
  c.input_i16 = r() % 4 == 0;
  c.input_u8 = !c.input_i16 && r() % 2;
  c.weights_u8 = !c.input_i16 && r() % 3 == 0;
  c.weight_zero = c.weights_u8             ? between(r, 0, 255)
                  : r() % 4 || c.input_i16 ? 0
                                           : between(r, -5, 5);
  const auto fits = [](const WindowAxis& a) { return (a.filter - 1) * a.dilation < a.in; };
  const bool valid = r() % 2 && fits(c.g.y) && fits(c.g.x);
  EXPECT_TRUE(c.g.resolve(valid ? Padding::valid : Padding::same).ok());
  const size_t in = size_t(c.g.batches) * size_t(c.g.y.in) * size_t(c.g.x.in) * size_t(c.g.in_c);
  c.input = bytes(r, c.input_i16 ? in * 2 : in);
  c.weights = bytes(r, size_t(c.g.out_c) * size_t(c.g.k()));
  for (int i = 0; i < c.g.out_c; ++i) c.bias.push_back(int32_t(r()) >> 8);
  c.pads = {c.input_i16 ? 0 : c.input_u8 ? between(r, 0, 255) : between(r, -128, 127)};
  return c;
}

void check(const Case& c, const GemmI8& kernel, ThreadPool& pool) {
  ConvI8 conv{.geometry = c.g,
              .kernel = &kernel,
              .layout = packed_i8_layout(kernel, c.g.groups, c.g.group_out_c(), c.g.k()),
              .input_u8 = c.input_u8,
              .input_i16 = c.input_i16};
  PackI8 how{.form = c.weights_u8 ? WeightForm::u8 : WeightForm::s8,
             .weights = c.weights.data(),
             .row_step = c.g.k()};
  how.weight_zero = c.weight_zero - (c.weights_u8 ? 128 : 0);
  if (!c.input_i16) {
    how.bias = c.bias.data();
    how.left_zero = inner_zero_point(kernel.form, c.input_u8, c.pads[0]);
  }
  conv.left_sums = how.weight_zero != 0;
  std::vector<std::byte> packed(size_t(conv.layout.bytes));
  pack_i8(kernel, conv.layout, how, packed.data());
  const int64_t pixels = c.g.out_pixels();
  std::vector<int64_t> got(size_t(pixels * c.g.out_c), -1);
  conv.run(c.input.data(), packed.data(), c.pads.data(), 0, pool, [&](const SumTile& t) {
    for (int i = 0; i < t.rows; ++i) {
      for (int j = 0; j < t.n; ++j) {
        int64_t& to = got[size_t((t.row + i) * c.g.out_c + t.channel + j)];
        to = t.wide_sums ? t.wide_sums[i * t.stride + j] : t.sums[i * t.stride + j];
        if (t.left_sums) to -= int64_t{how.weight_zero} * t.left_sums[i];
      }
    }
  });
  for (int64_t p = 0; p < pixels; ++p)
    for (int64_t j = 0; j < c.g.out_c; ++j)
      ASSERT_EQ(got[size_t(p * c.g.out_c + j)], c.sum(p, j))
          << "pixel " << p << " channel " << j << " of " << c.g.in_c << " -> " << c.g.out_c;
  if (!kernel.makes_results || c.input_i16 || conv.left_sums) return;
  Random r{unsigned(got[0])};
  for (const bool once : {true, false}) {
    const ByteCase bytes(r, pixels, c.g.out_c, once);
    const auto never = [](const SumTile&) { FAIL(); };
    conv.run(c.input.data(), packed.data(), c.pads.data(), 0, pool, never, bytes.rule());
    bytes.check([&](int64_t p, int64_t j) { return got[size_t(p * c.g.out_c + j)]; });
  }
}

TEST(gemm_i8, every_variant_gives_the_exact_sums_of_any_convolution) {
  const auto one = ThreadPool::create({.threads = 1}), two = ThreadPool::create({.threads = 2});
  for (const Variant<GemmI8>& v : gemm_i8_variants()) {
    if (!v.runs_on(detected_isa())) continue;
    SCOPED_TRACE(v.name);
    Random r(7);
    for (int i = 0; i < 60 && !::testing::Test::HasFatalFailure(); ++i) {
      Case c = random_case(r);
      if (c.input_i16 && v.kernels->form != LeftForm::s16) c.input_i16 = false, c.pads[0] = 3;
      check(c, *v.kernels, **(i % 2 ? one : two));
    }
  }
}

TEST(gemm_i8, sixteen_bit_sums_beyond_32_bits_are_exact) {
  const auto pool = ThreadPool::create({.threads = 1});
  for (const Variant<GemmI8>& v : gemm_i8_variants()) {
    if (!v.runs_on(detected_isa()) || v.kernels->form != LeftForm::s16) continue;
    SCOPED_TRACE(v.name);
    Case c{.g = matrix_geometry(3, 2000, 5), .input_i16 = true};
    c.input.resize(3 * 2000 * 2);
    for (size_t i = 0; i < c.input.size(); i += 2) c.input[i + 1] = 0x80;  // -32768
    c.weights.assign(5 * 2000, 0x80);                                      // -128
    c.bias.assign(5, 0);
    c.pads = {0};
    check(c, *v.kernels, **pool);
    EXPECT_EQ(c.sum(0, 0), int64_t{2000} * 32768 * 128);
  }
}

/// What variants that make bytes do otherwise: many rows at once, and images of few channels.
TEST(gemm_i8, large_layers_are_exact) {
  const auto one = ThreadPool::create({.threads = 1}), two = ThreadPool::create({.threads = 2});
  for (const Variant<GemmI8>& v : gemm_i8_variants()) {
    if (!v.runs_on(detected_isa())) continue;
    SCOPED_TRACE(v.name);
    Random r(9);
    const int sizes[][5] = {{9, 1, 1, 64, 100}, {9, 1, 1, 320, 70}, {3, 1, 1, 1100, 50},
                            {23, 3, 2, 3, 17},  {23, 3, 2, 1, 40},  {12, 5, 1, 3, 8},
                            {10, 2, 3, 4, 33},  {30, 1, 1, 20, 30}, {16, 3, 1, 5, 16}};
    for (const auto& [in, filter, stride, in_c, out_c] : sizes) {
      Case c{.g = {}, .input_u8 = r() % 2 == 0};
      c.g.batches = 1 + int(r() % 2);
      c.g.x = c.g.y = {.in = in, .filter = filter, .stride = stride};
      c.g.in_c = in_c;
      c.g.out_c = out_c;
      ASSERT_TRUE(c.g.resolve(r() % 2 ? Padding::same : Padding::valid).ok());
      c.input = bytes(r, size_t(c.g.batches) * size_t(in * in * in_c));
      c.weights = bytes(r, size_t(out_c) * size_t(c.g.k()));
      for (int i = 0; i < out_c; ++i) c.bias.push_back(int32_t(r()) >> 12);
      c.pads = {5};
      check(c, *v.kernels, **(r() % 2 ? one : two));
    }
  }
}

TEST(gemm_i8, every_row_and_panel_count_of_a_call) {
  for (const Variant<GemmI8>& v : gemm_i8_variants()) {
    if (!v.runs_on(detected_isa())) continue;
    const GemmI8& kernel = *v.kernels;
    for (int rows = 1; rows <= kernel.mr; ++rows) {
      for (int n = 1; n <= 5 * kernel.panel; n += kernel.panel - 1) {
        SCOPED_TRACE(::testing::Message() << v.name << " rows " << rows << " n " << n);
        Random r(unsigned(rows * 100 + n));
        Case c{.g = matrix_geometry(rows, 37, n)};
        c.input = bytes(r, size_t(rows) * 37);
        c.weights = bytes(r, size_t(n) * 37);
        c.bias.assign(size_t(n), -1000);
        c.pads = {-3};
        const auto pool = ThreadPool::create({.threads = 1});
        check(c, kernel, **pool);
      }
    }
  }
}

TEST(gemm_i8, floats_are_those_of_the_epilogue) {
  const auto pool = ThreadPool::create({.threads = 1});
  for (const Variant<GemmI8>& v : gemm_i8_variants()) {
    if (!v.runs_on(detected_isa()) || !v.kernels->makes_results) continue;
    Random r(5);
    for (int round = 0; round < 40; ++round) {
      const int rows = between(r, 1, 60), k = between(r, 1, 1300), n = between(r, 1, 90);
      const ConvI8 conv{.geometry = matrix_geometry(rows, k, n),
                        .kernel = v.kernels,
                        .layout = packed_i8_layout(*v.kernels, 1, n, k)};
      const std::vector<uint8_t> input = bytes(r, size_t(rows) * size_t(k));
      const std::vector<uint8_t> weights = bytes(r, size_t(n) * size_t(k));
      std::vector<std::byte> packed(size_t(conv.layout.bytes));
      pack_i8(*v.kernels, conv.layout, {.weights = weights.data(), .row_step = k}, packed.data());
      std::vector<float> scale, bias, out(size_t(rows * n), -1), want = out;
      std::vector<RowQuant> quants;
      for (int i = 0; i < rows; ++i)
        quants.push_back({float(between(r, 1, 999)) * 0.001f, between(r, -128, 127)});
      for (int i = 0; i < n; ++i) scale.push_back(float(between(r, 1, 999)) * 0.001f);
      for (int i = 0; i < n; ++i) bias.push_back(float(between(r, -999, 999)));
      const FloatResult f{
          .rows = quants.data(),
          .rows_step = round % 4 ? 1 : 0,
          .shift = inner_zero_point(v.kernels->form, false, 0),
          .weight_sums = reinterpret_cast<const int32_t*>(packed.data() + conv.layout.sums),
          .scale = scale.data(),
          .bias = round % 3 ? bias.data() : nullptr,
          .low = -1e4f,
          .high = 1e5f,
          .out = out.data(),
          .stride = n};
      const int32_t pad = 0;
      conv.run(input.data(), packed.data(), &pad, 0, **pool, [&](const SumTile& t) {
        for (int i = 0; i < t.rows; ++i) {
          const RowQuant& q = quants[size_t((t.row + i) * f.rows_step)];
          const int32_t zero = q.zero + f.shift;
          requant_scalar.hybrid_fused(
              {.sums = t.sums + i * t.stride, .stride = t.stride, .rows = 1, .n = t.n}, &zero,
              f.weight_sums + t.column, &q.scale, f.scale + t.channel,
              f.bias ? f.bias + t.channel : nullptr, f.low, f.high,
              want.data() + (t.row + i) * n + t.channel, n);
        }
      });
      const auto never = [](const SumTile&) { FAIL(); };
      conv.run(input.data(), packed.data(), &pad, 0, **pool, never, nullptr, &f);
      ASSERT_EQ(out, want) << rows << " x " << k << " x " << n;
    }
  }
}

TEST(gemm_i8, unpacks_weights_of_four_and_two_bits) {
  const uint8_t four[] = {0x8f, 0x71}, two[] = {0b11'10'01'00};
  EXPECT_EQ(weight_at(WeightForm::s4, four, 0), -1);
  EXPECT_EQ(weight_at(WeightForm::s4, four, 1), -8);
  EXPECT_EQ(weight_at(WeightForm::s4, four, 2), 1);
  EXPECT_EQ(weight_at(WeightForm::s4, four, 3), 7);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(weight_at(WeightForm::s2, two, i), i < 2 ? i : i - 4);
}

TEST(gemm_i8, sizes_that_do_not_fit_have_no_layout) {
  EXPECT_EQ(packed_i8_layout(gemm_i8_scalar, 1, 1 << 30, int64_t{1} << 40).bytes, -1);
  EXPECT_GT(packed_i8_layout(gemm_i8_scalar, 1, 1, 1).bytes, 0);
}

}  // namespace
}  // namespace samara::kernels

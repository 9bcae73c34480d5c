#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "engine/kernels/elementwise/elementwise_kernels.h"

namespace samara::kernels {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

class Elementwise : public testing::TestWithParam<Variant<ElementwiseF32>> {
 protected:
  void SetUp() override {
    if (!GetParam().runs_on(detected_isa())) GTEST_SKIP() << "this CPU lacks it";
  }
  const ElementwiseF32& k() const { return *GetParam().kernels; }
};

/// A sample of all floats: every exponent and sign, infinities and NaN; more where functions bend.
std::vector<float> sample() {
  std::vector<float> v = {0.0f,   -0.0f,  kInf,    -kInf,   kNan,   1.0f,        -1.0f, 88.72f,
                          88.73f, -87.4f, -103.9f, -104.1f, 0.625f, 0.62499994f, 9.1f,  -9.1f};
  for (uint64_t bits = 1; bits <= UINT32_MAX; bits += 5003) {
    const uint32_t word = uint32_t(bits);
    float x = 0;
    std::memcpy(&x, &word, sizeof x);
    v.push_back(x);
  }
  for (int i = -40'000; i <= 40'000; ++i) v.push_back(float(i) * 3e-4f);
  return v;
}

/// Distance from an exact value in units of the float's last place.
double ulps(float got, double want) {
  if (std::isnan(want)) return std::isnan(got) ? 0 : 1e9;
  if (float(want) == got) return 0;
  if (std::isinf(got) || std::isinf(float(want))) {
    // Next to the largest float both infinity and that float may be right.
    const double most = std::numeric_limits<float>::max();
    return std::fabs(want) > most * (1 - 2e-7) && std::signbit(got) == std::signbit(want) ? 1 : 1e9;
  }
  int exponent = 0;
  std::frexp(want, &exponent);
  return std::fabs(double(got) - want) / std::ldexp(1.0, std::max(exponent, -125) - 24);
}

double hard_swish(double x) { return x * std::min(std::max(x + 3, 0.0), 6.0) / 6; }

TEST_P(Elementwise, unary_functions_are_within_two_ulp) {
  struct Case {
    const char* name;
    UnaryF32 function;
    double (*exact)(double);
  };
  const std::vector<float> in = sample();
  std::vector<float> out(in.size());
  for (const Case& c :
       {Case{"exp", k().exp, [](double x) { return std::exp(x); }},
        Case{"log", k().log, [](double x) { return std::log(x); }},
        Case{"tanh", k().tanh, [](double x) { return std::tanh(x); }},
        Case{"logistic", k().logistic, [](double x) { return 1 / (1 + std::exp(-x)); }},
        Case{"sqrt", k().sqrt, [](double x) { return std::sqrt(x); }},
        Case{"rsqrt", k().rsqrt, [](double x) { return 1 / std::sqrt(x); }}}) {
    c.function(in.data(), out.data(), in.size());
    double worst = 0;
    float where = 0;
    for (size_t i = 0; i < in.size(); ++i)
      if (const double u = ulps(out[i], c.exact(in[i])); u > worst) worst = u, where = in[i];
    EXPECT_LE(worst, 2.0) << c.name << " at " << where;
    RecordProperty(std::string(c.name) + "_ulp", std::to_string(worst));
  }
}

TEST_P(Elementwise, gives_the_bits_of_the_portable_variant) {
  const ElementwiseF32& portable = *elementwise_f32_variants().back().kernels;
  const std::vector<float> in = sample();
  std::vector<float> got(in.size()), want(in.size());
  for (const auto member :
       {&ElementwiseF32::exp, &ElementwiseF32::log, &ElementwiseF32::tanh,
        &ElementwiseF32::logistic, &ElementwiseF32::rsqrt, &ElementwiseF32::hard_swish}) {
    (k().*member)(in.data(), got.data(), in.size());
    (portable.*member)(in.data(), want.data(), in.size());
    for (size_t i = 0; i < in.size(); ++i)
      ASSERT_TRUE(got[i] == want[i] || (std::isnan(got[i]) && std::isnan(want[i]))) << in[i];
  }
  for (size_t n = 1; n < 300; ++n) {
    std::vector<float> v(n), a(n), b(n);
    for (size_t i = 0; i < n; ++i) v[i] = std::sin(float(i)) * 20;
    ASSERT_EQ(k().sum(v.data(), n), portable.sum(v.data(), n)) << n;
    ASSERT_EQ(k().sum_of_squares(v.data(), n), portable.sum_of_squares(v.data(), n)) << n;
    k().softmax(v.data(), a.data(), n, 1);
    portable.softmax(v.data(), b.data(), n, 1);
    ASSERT_EQ(a, b) << n;
    k().log_softmax(v.data(), a.data(), n);
    portable.log_softmax(v.data(), b.data(), n);
    ASSERT_EQ(a, b) << n;
  }
}

TEST_P(Elementwise, simple_functions_are_exact) {
  const std::vector<float> in = sample();
  std::vector<float> out(in.size());
  const auto check = [&](const char* name, UnaryF32 function, float (*exact)(float)) {
    function(in.data(), out.data(), in.size());
    for (size_t i = 0; i < in.size(); ++i) {
      const float want = exact(in[i]);
      ASSERT_TRUE(out[i] == want || (std::isnan(out[i]) && std::isnan(want))) << name << in[i];
    }
  };
  check("abs ", k().abs, [](float x) { return std::fabs(x); });
  check("neg ", k().neg, [](float x) { return -x; });
  check("square ", k().square, [](float x) { return x * x; });
  check("relu ", k().relu, [](float x) { return x < 0 ? 0.0f : x; });
}

TEST_P(Elementwise, hard_swish_rounds_as_written) {
  std::vector<float> in, out(1001);
  for (int i = 0; i < 1001; ++i) in.push_back((float(i) - 500) / 83);
  k().hard_swish(in.data(), out.data(), in.size());
  for (size_t i = 0; i < in.size(); ++i) EXPECT_NEAR(out[i], hard_swish(in[i]), 1e-6) << in[i];
}

TEST_P(Elementwise, binary_functions_take_any_length_and_step) {
  struct Case {
    const char* name;
    BinaryF32 function;
    float (*exact)(float, float);
  };
  for (const Case& c :
       {Case{"add", k().add, [](float x, float y) { return x + y; }},
        Case{"sub", k().sub, [](float x, float y) { return x - y; }},
        Case{"mul", k().mul, [](float x, float y) { return x * y; }},
        Case{"div", k().div, [](float x, float y) { return x / y; }},
        Case{"maximum", k().maximum, [](float x, float y) { return std::max(x, y); }},
        Case{"minimum", k().minimum, [](float x, float y) { return std::min(x, y); }},
        Case{"squared_difference", k().squared_difference,
             [](float x, float y) { return (x - y) * (x - y); }}})
    for (size_t n = 0; n < 40; ++n)
      for (const size_t a_step : {0, 1})
        for (const size_t b_step : {0, 1})
          for (const float hi : {kInf, 1.5f}) {
            std::vector<float> a(n), b(n), out(n + 1, -7);
            for (size_t i = 0; i < n; ++i) a[i] = float(i) - 3.5f, b[i] = 2.25f - float(i % 7);
            c.function(a.data(), a_step, b.data(), b_step, out.data(), n, -2, hi);
            for (size_t i = 0; i < n; ++i) {
              const float exact = c.exact(a[i * a_step], b[i * b_step]);
              ASSERT_EQ(out[i], std::min(std::max(exact, -2.0f), hi)) << c.name << i;
            }
            ASSERT_EQ(out[n], -7) << c.name << " wrote beyond its end";
          }
}

TEST_P(Elementwise, clamps_pass_nan_and_work_in_place) {
  std::vector<float> v = {kNan, -kInf, kInf, 0.5f, 7, -7, kNan, 1,  2,
                          3,    4,     5,    6,    7, 8,  9,    10, kNan};
  const std::vector<float> in = v;
  k().clamp(v.data(), v.data(), v.size(), -1, 6);
  for (size_t i = 0; i < v.size(); ++i) {
    if (std::isnan(in[i]))
      EXPECT_TRUE(std::isnan(v[i])) << i;
    else
      EXPECT_EQ(v[i], std::min(std::max(in[i], -1.0f), 6.0f)) << i;
  }
}

TEST_P(Elementwise, leaky_relu_and_prelu) {
  for (size_t n = 1; n < 40; ++n) {
    std::vector<float> in(n), alpha(n), out(n);
    for (size_t i = 0; i < n; ++i) in[i] = float(i) - 9, alpha[i] = float(i) / 8;
    k().leaky_relu(in.data(), out.data(), n, 0.25f);
    for (size_t i = 0; i < n; ++i) ASSERT_EQ(out[i], in[i] < 0 ? in[i] * 0.25f : in[i]);
    k().prelu(in.data(), 1, alpha.data(), 1, out.data(), n, -kInf, kInf);
    for (size_t i = 0; i < n; ++i) ASSERT_EQ(out[i], in[i] < 0 ? in[i] * alpha[i] : in[i]);
  }
}

TEST_P(Elementwise, reductions) {
  for (size_t n = 1; n < 140; ++n) {
    std::vector<float> in(n), acc(n, 1);
    double sum = 0, squares = 0;
    float most = -kInf, least = kInf;
    for (size_t i = 0; i < n; ++i) {
      in[i] = float((i * 37 + 11) % 101) / 7 - 9;
      sum += in[i], squares += double(in[i]) * in[i];
      most = std::max(most, in[i]), least = std::min(least, in[i]);
    }
    ASSERT_NEAR(k().sum(in.data(), n), sum, 1e-4) << n;
    ASSERT_NEAR(k().sum_of_squares(in.data(), n), squares, squares * 1e-6) << n;
    ASSERT_EQ(k().max(in.data(), n), most) << n;
    ASSERT_EQ(k().min(in.data(), n), least) << n;
    k().accumulate(in.data(), acc.data(), n);
    for (size_t i = 0; i < n; ++i) ASSERT_EQ(acc[i], in[i] + 1);
  }
}

TEST_P(Elementwise, softmax_rows) {
  for (size_t n = 1; n < 40; ++n)
    for (const float beta : {1.0f, 0.5f}) {
      std::vector<float> in(n), out(n), logs(n);
      for (size_t i = 0; i < n; ++i) in[i] = float((i * 7) % 11) * 3 + 80;
      double sum = 0, sum1 = 0;
      for (const float x : in) sum += std::exp(beta * (x - 110.0)), sum1 += std::exp(x - 110.0);
      k().softmax(in.data(), out.data(), n, beta);
      k().log_softmax(in.data(), logs.data(), n);
      for (size_t i = 0; i < n; ++i) {
        ASSERT_NEAR(out[i], std::exp(beta * (in[i] - 110.0)) / sum, 1e-6);
        ASSERT_NEAR(logs[i], in[i] - 110.0 - std::log(sum1), 1e-5);
      }
    }
}

TEST_P(Elementwise, halves_become_floats) {
  std::vector<uint16_t> in(65536);
  std::vector<float> out(in.size());
  for (size_t i = 0; i < in.size(); ++i) in[i] = uint16_t(i);
  k().from_f16(in.data(), out.data(), in.size() - 3);
  for (uint32_t i = 0; i + 3 < in.size(); ++i) {
    const int exponent = int(i >> 10 & 31), fraction = int(i & 1023);
    double want = exponent ? std::ldexp(1024 + fraction, exponent - 25) : std::ldexp(fraction, -24);
    if (exponent == 31) want = fraction ? double(kNan) : double(kInf);
    if (i >> 15) want = -want;
    ASSERT_TRUE(std::isnan(want) ? std::isnan(out[i]) : double(out[i]) == want) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Variants, Elementwise,
                         testing::ValuesIn(elementwise_f32_variants().begin(),
                                           elementwise_f32_variants().end()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace samara::kernels

#include "engine/ops/shared/fixed_point.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace samara::ops::fixed {
namespace {

constexpr int32_t kMax = std::numeric_limits<int32_t>::max();
constexpr int32_t kMin = std::numeric_limits<int32_t>::min();

int32_t saturating_add(int32_t a, int32_t b) {
  return int32_t(std::clamp<int64_t>(int64_t{a} + b, kMin, kMax));
}
/// Sums of raw numbers wrap, as the reference's do.
int32_t add(int32_t a, int32_t b) { return int32_t(uint32_t(a) + uint32_t(b)); }
int32_t sub(int32_t a, int32_t b) { return int32_t(uint32_t(a) - uint32_t(b)); }
/// (a + b) / 2, rounded half away from zero.
int32_t half_sum(int32_t a, int32_t b) {
  const int64_t sum = int64_t{a} + b;
  return int32_t((sum + (sum >= 0 ? 1 : -1)) / 2);
}
int leading_zeros(int32_t x) { return std::countl_zero(uint32_t(x)); }

/// e^x for x in [-1/4, 0), 0 integer bits: Taylor around -1/8.
int32_t exp_quarter(int32_t a) {
  constexpr int32_t kExpEighth = 1895147668;  // e^(-1/8)
  constexpr int32_t kThird = 715827883;
  const int32_t x = add(a, 1 << 28);
  const int32_t x2 = mul(x, x);
  const int32_t x3 = mul(x2, x);
  const int32_t x4 = mul(x2, x2);
  const int32_t tail = scale_by_pot(add(mul(add(scale_by_pot(x4, -2), x3), kThird), x2), -1);
  return add(kExpEighth, mul(kExpEighth, add(x, tail)));
}

}  // namespace

int32_t scale_by_pot(int32_t x, int by) {
  if (by <= 0) return kernels::rounding_shift_right(x, -by);
  const int32_t limit = int32_t((int64_t{1} << (31 - by)) - 1);
  if (x > limit) return kMax;
  if (x < -limit) return kMin;
  return x * (int32_t{1} << by);
}

int32_t exp_on_negative(int32_t x) {
  constexpr int kFractionBits = 26;
  constexpr int32_t kQuarter = 1 << (kFractionBits - 2);
  if (x == 0) return kMax;
  // x = part in [-1/4, 0) minus a remainder of whole quarters, whose bits pick factors.
  const int32_t part = (x & (kQuarter - 1)) - kQuarter;
  int32_t result = exp_quarter(rebit(part, 5, 0));
  const int32_t remainder = sub(part, x);
  // e^-(1/4), e^-(1/2), e^-1 ... e^-16.
  constexpr int32_t kFactors[] = {1672461947, 1302514674, 790015084, 290630308,
                                  39332535,   720401,     242};
  for (int i = 0; i < 7; ++i) {
    if (remainder & (int32_t{1} << (kFractionBits - 2 + i))) result = mul(result, kFactors[i]);
  }
  return result;
}

int32_t one_over_one_plus(int32_t a) {
  // Newton-Raphson division by d = (1 + a) / 2 in [1/2, 1): start 48/17 - 32/17 d, 2 integer bits.
  constexpr int32_t k48Over17 = 1515870810;
  constexpr int32_t kNeg32Over17 = -1010580540;
  constexpr int32_t kOne = 1 << 29;
  const int32_t half = half_sum(a, kMax);
  int32_t x = add(k48Over17, mul(half, kNeg32Over17));
  for (int i = 0; i < 3; ++i) {
    const int32_t error = sub(kOne, mul(half, x));
    x = add(x, rebit(mul(x, error), 4, 2));
  }
  return rebit(x, 1, 0);
}

int32_t reciprocal(int32_t x, int bits, int& bits_over_unit) {
  const int zeros = leading_zeros(x);
  bits_over_unit = bits - zeros;
  return one_over_one_plus(int32_t((uint32_t(x) << zeros) - (uint32_t{1} << 31)));
}

int32_t log_above_1(int32_t x) {
  constexpr int kIn = 12, kOut = 5, kSum = kOut + 1;
  constexpr int32_t kLog2 = 1488522236;
  constexpr int32_t kFourthRootHalf = 1805811301, kRootHalf = 1518500250;
  constexpr int32_t kAlphaN = 117049297;   // 11/240 * 2^(1/4)
  constexpr int32_t kAlphaD = 127690142;   // 1/20 * 2^(1/4)
  constexpr int32_t kAlphaI = 1057819769;  // 2 / 2^(1/4) - 2^(1/4)
  constexpr int32_t kAlphaF = 638450708;   // 1/4 * 2^(1/4)
  const int32_t quarter = rebit(536870912, 0, kSum);

  // x = 2^k * r with r near 2^(-1/4): two candidates, whose k differ by 1/2; the better is kept.
  const int zeros_a = leading_zeros(x);
  const int32_t r_a = scale_by_pot(mul(scale_by_pot(x, zeros_a - 1), kRootHalf), 1);
  const int32_t power_a = saturating_add(scale_by_pot(kIn - zeros_a, 31 - kSum), quarter);
  const int32_t b = mul(x, kRootHalf);
  const int zeros_b = leading_zeros(b) - 1;
  const int32_t r_b = scale_by_pot(x, zeros_b);
  const int32_t power_b = int32_t(
      std::clamp<int64_t>(int64_t{scale_by_pot(kIn - zeros_b, 31 - kSum)} - quarter, kMin, kMax));
  const int32_t r = std::min(r_a, r_b);
  const int32_t power = std::max(power_a, power_b);

  // log(r) around 2^(-1/4), a ratio of polynomials.
  const int32_t p = half_sum(r, kFourthRootHalf);
  int32_t q = sub(r, kFourthRootHalf);
  q = add(q, q);
  const int32_t q2 = mul(q, q);
  const int32_t numerator = add(mul(q, r), mul(mul(q, q2), kAlphaN));
  const int32_t denominator = add(mul(p, add(add(kAlphaI, q), mul(kAlphaD, q2))), mul(kAlphaF, q));
  const int32_t inverse = one_over_one_plus(denominator);
  return rebit(add(mul(power, kLog2), mul(rebit(numerator, 0, kSum), inverse)), kSum, kOut);
}

kernels::Multiplier inverse_sqrt(int32_t input) {
  if (input <= 1) return {kMax, 0};
  int shift = 11;
  while (input >= (1 << 29)) {
    input /= 4;
    ++shift;
  }
  const int pairs = (leading_zeros(input) - 1) / 2 - 1;
  shift -= pairs;
  input <<= 2 * pairs;
  // Newton-Raphson from 1 in 3 integer bits.
  const int32_t half_input = scale_by_pot(input >> 1, -1);
  constexpr int32_t kThreeHalves = (1 << 28) + (1 << 27);
  int32_t x = 1 << 28;
  for (int i = 0; i < 5; ++i) {
    const int32_t cube = rebit(mul(mul(x, x), x), 9, 3);
    x = rebit(sub(mul(kThreeHalves, x), mul(half_input, cube)), 6, 3);
  }
  constexpr int32_t kHalfRoot2 = 1518500250;
  x = mul(x, kHalfRoot2);
  if (shift < 0) {
    x = kernels::wrapping_shift_left(x, -shift);
    shift = 0;
  }
  return {x, -shift};
}

}  // namespace samara::ops::fixed

// Fixed-point rescaling of integer results, with the rounding that LiteRT's reference kernels have:
// multiply by a 32-bit fraction with one rounding, then shift right with a second one ("double
// rounding"). Bit-for-bit results of every integer operator rest on these few functions.
//
// Rules from: gemmlowp fixedpoint/fixedpoint.h (SaturatingRoundingDoublingHighMul,
// RoundingDivideByPOT), LiteRT tflite/kernels/internal/{quantization_util,common}.cc.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace samara::kernels {

/// A real factor as value * 2^(shift - 31); |value| is in [2^30, 2^31), or 0.
struct Multiplier {
  int32_t value = 0;
  int shift = 0;
};

/// The nearest Multiplier. Factors under 2^-32 become 0, and those of 2^30 and more (which no sane
/// model has, and for which the reference is undefined) the largest that can be applied.
inline Multiplier quantize_multiplier(double real) {
  if (real == 0.0 || !std::isfinite(real)) return {};
  int shift = 0;
  const double fraction = std::frexp(real, &shift);
  int64_t value = std::llround(fraction * double(int64_t{1} << 31));
  if (value == int64_t{1} << 31) {
    value /= 2;
    ++shift;
  }
  if (shift < -31) return {};
  if (shift > 30)
    return {real < 0 ? -std::numeric_limits<int32_t>::max() : std::numeric_limits<int32_t>::max(),
            30};
  return {int32_t(value), shift};
}

/// (a * b * 2) >> 32, rounded half up; the one overflow, min * min, saturates. The reference adds
/// 1 - 2^30 to negative products and cuts toward zero, which is the same.
inline int32_t rounding_doubling_high_mul(int32_t a, int32_t b) {
  if (a == b && a == std::numeric_limits<int32_t>::min()) {
    return std::numeric_limits<int32_t>::max();
  }
  return int32_t((int64_t{a} * b + (int64_t{1} << 30)) >> 31);
}

/// x / 2^exponent, rounded half away from zero; exponent in 0..31.
inline int32_t rounding_shift_right(int32_t x, int exponent) {
  const int32_t mask = int32_t((int64_t{1} << exponent) - 1);
  const int32_t remainder = x & mask;
  const int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/// x * 2^by in 32 bits, wrapping as the reference does where a model's scales are absurd.
inline int32_t wrapping_shift_left(int32_t x, int by) { return int32_t(uint32_t(x) << by); }

inline int32_t wrapping_add(int32_t a, int32_t b) { return int32_t(uint32_t(a) + uint32_t(b)); }

/// x times the factor, rounded twice.
inline int32_t rescale(int32_t x, Multiplier m) {
  const int left = m.shift > 0 ? m.shift : 0;
  const int right = m.shift > 0 ? 0 : -m.shift;
  return rounding_shift_right(rounding_doubling_high_mul(wrapping_shift_left(x, left), m.value),
                              right);
}

/// x times the factor for 64-bit accumulators: the fraction is cut to 16 bits, rounded once.
/// For |x| < 2^47 and shift < 8, the range in which the reference is defined.
inline int32_t rescale64(int64_t x, Multiplier m) {
  const int64_t fraction = m.value < 0x7FFF0000 ? (m.value + (1 << 15)) >> 16 : 0x7FFF;
  const int total = 15 - m.shift;
  // In unsigned arithmetic, which wraps where a model's bias is absurd.
  const uint64_t product = uint64_t(x) * uint64_t(fraction);
  if (total <= 0) return int32_t(product << -total);
  return int32_t(int64_t(product + (uint64_t{1} << (total - 1))) >> total);
}

}  // namespace samara::kernels

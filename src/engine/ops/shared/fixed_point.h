// Fixed-point functions on 32-bit fractions: exp, 1/(1+x), reciprocal, log, inverse square root.
// Numbers are raw integers with `bits` integer bits: value = raw * 2^(bits - 31). Results are those
// of LiteRT's reference kernels bit for bit, so the order of roundings matters everywhere.
// Rules from: gemmlowp fixedpoint/fixedpoint.h, LiteRT tflite/kernels/internal/common.h.
#pragma once

#include <cstdint>

#include "engine/kernels/requant/requant.h"

namespace samara::ops::fixed {

/// The product of two raw numbers; their integer bits add up.
inline int32_t mul(int32_t a, int32_t b) { return kernels::rounding_doubling_high_mul(a, b); }

/// x * 2^by, saturating (by >= 0) or rounded (by < 0).
int32_t scale_by_pot(int32_t x, int by);

/// x with `to` instead of `from` integer bits.
inline int32_t rebit(int32_t x, int from, int to) { return scale_by_pot(x, from - to); }

/// e^x for x <= 0 with 5 integer bits; the result has 0.
int32_t exp_on_negative(int32_t x);

/// 1 / (1 + x) for x in [0, 1), 0 integer bits in and out.
int32_t one_over_one_plus(int32_t x);

/// 1 / x for x > 0 with `bits` integer bits: a fraction of 0 integer bits and the power of two by
/// which it has to be shifted right.
int32_t reciprocal(int32_t x, int bits, int& bits_over_unit);

/// log(x) for x >= 1 with 12 integer bits; the result has 5.
int32_t log_above_1(int32_t x);

/// 1 / sqrt(x) as a multiplier; x <= 1 counts as 1.
kernels::Multiplier inverse_sqrt(int32_t x);

}  // namespace samara::ops::fixed

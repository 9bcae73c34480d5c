#include "engine/kernels/sigmoid16/sigmoid16.h"

#include <algorithm>
#include <limits>

#include "engine/kernels/requant/requant.h"

namespace samara::kernels::sixteen {
namespace {

constexpr int16_t kOne = std::numeric_limits<int16_t>::max();

int16_t wrap(int32_t x) { return int16_t(uint16_t(uint32_t(x))); }
int16_t saturate(int32_t x) { return int16_t(std::clamp(x, -32768, 32767)); }
int16_t shift_right(int16_t x, int by) { return int16_t(rounding_shift_right(x, by)); }
/// A 32-bit fraction's constant in 16 bits.
constexpr int16_t constant(int32_t x) {
  return int16_t((int64_t{x} + (x < 0 ? 32767 : 32768)) >> 16);
}

/// e^x for x in [-1/4, 0), 0 integer bits: the series around -1/8.
int16_t exp_near_zero(int16_t a) {
  constexpr int16_t kExpEighth = constant(1895147668), kThird = constant(715827883);
  const int16_t x = wrap(a + (1 << 12));
  const int16_t x2 = multiply(x, x), x3 = multiply(x2, x), x4 = multiply(x2, x2);
  const int16_t quarter = shift_right(x4, 2);
  const int16_t tail = shift_right(wrap(multiply(wrap(quarter + x3), kThird) + x2), 1);
  return saturate(kExpEighth + multiply(kExpEighth, wrap(x + tail)));
}

/// e^x for x <= 0 with `bits` integer bits.
int16_t exp_on_negative(int16_t a, int bits) {
  const int fraction = 15 - bits;
  const int16_t quarter = int16_t(1 << (fraction - 2));
  const int16_t rest = wrap((a & (quarter - 1)) - quarter);
  int16_t result = exp_near_zero(saturate(int32_t{rest} << bits));
  const int32_t remainder = wrap(rest - a);
  // e^-(2^k) for k = -2 ..
  constexpr int16_t kFactors[] = {constant(1672461947), constant(1302514674), constant(790015084),
                                  constant(290630308),  constant(39332535),   constant(720401),
                                  constant(242)};
  for (int exponent = -2; exponent <= 4 && exponent < bits; ++exponent) {
    if (remainder & (1 << (fraction + exponent))) result = multiply(result, kFactors[exponent + 2]);
  }
  if (bits > 5 && a < -(1 << (fraction + 5))) result = 0;
  return a == 0 ? kOne : result;
}

/// Newton's x for 1 / ((1 + a) / 2), a in [0, 1); 2 integer bits.
int16_t reciprocal_of_half(int16_t a) {
  const int16_t half = int16_t((int32_t{a} + kOne + 1) / 2);
  int16_t x = wrap(constant(1515870810) + multiply(half, constant(-1010580540)));
  for (int i = 0; i < 3; ++i) {
    const int16_t rest = wrap((1 << 13) - multiply(half, x));
    x = wrap(x + saturate(int32_t{multiply(x, rest)} * 4));
  }
  return x;
}

}  // namespace

int16_t multiply(int16_t a, int16_t b) {
  if (a == b && a == std::numeric_limits<int16_t>::min()) return kOne;
  const int32_t product = int32_t{a} * b;
  const int32_t nudge = product >= 0 ? 1 << 14 : 1 - (1 << 14);
  return int16_t((product + nudge) / (1 << 15));
}

int16_t logistic(int16_t x) {
  if (x == 0) return 1 << 14;
  const int16_t below = x > 0 ? wrap(-x) : x;
  const int16_t exp = exp_on_negative(below, 3);
  const int16_t positive = saturate(int32_t{reciprocal_of_half(exp)} * 2);
  return x > 0 ? positive : wrap(kOne - positive);
}

int16_t tanh(int16_t x, int bits) {
  if (x == 0) return 0;
  const int16_t below = x < 0 ? x : wrap(-x);
  // 2x has the same raw number with one more integer bit.
  const int16_t exp = exp_on_negative(below, bits + 1);
  const int16_t size = saturate(int32_t{wrap(reciprocal_of_half(exp) - (1 << 13))} * 4);
  return x < 0 ? wrap(-size) : size;
}

}  // namespace samara::kernels::sixteen

namespace samara::kernels {
namespace {

void logistic_row(const int16_t* in, int16_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = sixteen::logistic(in[i]);
}
void tanh_row(const int16_t* in, int16_t* out, size_t n, int bits) {
  for (size_t i = 0; i < n; ++i) out[i] = sixteen::tanh(in[i], bits);
}

constexpr Variant<Sigmoid16> kVariants[] = {
#define SAMARA_VARIANT(object, isa) {#object, isa, &object},
#include "engine/kernels/sigmoid16/variants.inc"
#undef SAMARA_VARIANT
};

}  // namespace

extern constinit const Sigmoid16 sigmoid16_scalar{logistic_row, tanh_row};

std::span<const Variant<Sigmoid16>> sigmoid16_variants() { return kVariants; }
const Sigmoid16& sigmoid16(uint32_t isa) { return *pick(sigmoid16_variants(), isa).kernels; }

}  // namespace samara::kernels

// The functions of sigmoid16.h on vectors of 16-bit lanes, step by step as there: sums that wrap are
// the unsigned vectors' own, products and sums that saturate are instructions. The including file
// gives SAMARA_BODY, the name of its table.
#include "engine/kernels/sigmoid16/sigmoid16_types.h"

#if defined(__ARM_NEON)
#include <arm_neon.h>
#else
#include <immintrin.h>
#endif

namespace samara::kernels {
namespace {

#if defined(__AVX512BW__)
constexpr size_t kLanes = 32;
#elif defined(__AVX2__)
constexpr size_t kLanes = 16;
#else
constexpr size_t kLanes = 8;
#endif
typedef int16_t S __attribute__((vector_size(kLanes * 2)));
typedef uint16_t W __attribute__((vector_size(kLanes * 2)));

#define SAMARA_INLINE [[gnu::always_inline]] static inline

SAMARA_INLINE S all(int16_t x) { return S{} + x; }
SAMARA_INLINE S add(S a, S b) { return S(W(a) + W(b)); }
SAMARA_INLINE S minus(S a, S b) { return S(W(a) - W(b)); }
SAMARA_INLINE S choose(S mask, S yes, S no) { return (mask & yes) | (~mask & no); }

/// The sum, saturated.
SAMARA_INLINE S add_within(S a, S b) {
#if defined(__AVX512BW__)
  return S(_mm512_adds_epi16(__m512i(a), __m512i(b)));
#elif defined(__AVX2__)
  return S(_mm256_adds_epi16(__m256i(a), __m256i(b)));
#elif defined(__ARM_NEON)
  return S(vqaddq_s16(int16x8_t(a), int16x8_t(b)));
#else
  return S(_mm_adds_epi16(__m128i(a), __m128i(b)));
#endif
}
/// The rounded product of fractions. x86 lets -1 * -1 wrap, the only way to the least number.
SAMARA_INLINE S multiply(S a, S b) {
#if defined(__ARM_NEON)
  return S(vqrdmulhq_s16(int16x8_t(a), int16x8_t(b)));
#else
#if defined(__AVX512BW__)
  const S r = S(_mm512_mulhrs_epi16(__m512i(a), __m512i(b)));
#elif defined(__AVX2__)
  const S r = S(_mm256_mulhrs_epi16(__m256i(a), __m256i(b)));
#else
  const S r = S(_mm_mulhrs_epi16(__m128i(a), __m128i(b)));
#endif
  return r ^ S(r == all(-32768));
#endif
}
SAMARA_INLINE S twice(S a) { return add_within(a, a); }
/// a / 2^by, rounded half away from zero.
SAMARA_INLINE S shift_right(S a, int by) {
  const S mask = all(int16_t((1 << by) - 1)), negative = S(a < 0);
  return (a >> by) - S((a & mask) > (mask >> 1) - negative);
}

constexpr int16_t constant(int32_t x) {
  return int16_t((int64_t{x} + (x < 0 ? 32767 : 32768)) >> 16);
}

SAMARA_INLINE S exp_near_zero(S a) {
  const S eighth = all(constant(1895147668)), third = all(constant(715827883));
  const S x = add(a, all(1 << 12));
  const S x2 = multiply(x, x), x3 = multiply(x2, x), x4 = multiply(x2, x2);
  const S quarter = shift_right(x4, 2);
  const S tail = shift_right(add(multiply(add(quarter, x3), third), x2), 1);
  return add_within(eighth, multiply(eighth, add(x, tail)));
}

SAMARA_INLINE S exp_on_negative(S a, int bits) {
  const int fraction = 15 - bits;
  const S quarter = all(int16_t(1 << (fraction - 2)));
  const S rest = minus(a & (quarter - 1), quarter);  // from -quarter on: no shift overflows
  S result = exp_near_zero(S(W(rest) << bits));
  const S remainder = minus(rest, a);
  constexpr int16_t kFactors[] = {constant(1672461947), constant(1302514674), constant(790015084),
                                  constant(290630308),  constant(39332535),   constant(720401),
                                  constant(242)};
  for (int exponent = -2; exponent <= 4 && exponent < bits; ++exponent) {
    const S bit = remainder & all(int16_t(1 << (fraction + exponent)));
    result = choose(S(bit != 0), multiply(result, all(kFactors[exponent + 2])), result);
  }
  if (bits > 5) result &= ~S(a < all(int16_t(-(1 << (fraction + 5)))));
  return choose(S(a == 0), all(32767), result);
}

SAMARA_INLINE S reciprocal_of_half(S a) {
  const S half = S((W(a) + 32768) >> 1);
  S x = add(all(constant(1515870810)), multiply(half, all(constant(-1010580540))));
  for (int i = 0; i < 3; ++i) {
    const S rest = minus(all(1 << 13), multiply(half, x));
    x = add(x, twice(twice(multiply(x, rest))));
  }
  return x;
}

struct Logistic {
  SAMARA_INLINE S of(S x, int) {
    const S positive = S(x > 0);
    const S exp = exp_on_negative(choose(positive, minus(S{}, x), x), 3);
    const S above = twice(reciprocal_of_half(exp));
    const S y = choose(positive, above, minus(all(32767), above));
    return choose(S(x == 0), all(1 << 14), y);
  }
};
struct Tanh {
  SAMARA_INLINE S of(S x, int bits) {
    const S negative = S(x < 0);
    const S exp = exp_on_negative(choose(negative, x, minus(S{}, x)), bits + 1);
    const S size = twice(twice(minus(reciprocal_of_half(exp), all(1 << 13))));
    return choose(negative, minus(S{}, size), size) & ~S(x == 0);
  }
};

template <class Function>
SAMARA_INLINE void row(const int16_t* in, int16_t* out, size_t n, int bits) {
  for (; n >= kLanes; n -= kLanes, in += kLanes, out += kLanes) {
    S x;
    __builtin_memcpy(&x, in, sizeof x);
    const S y = Function::of(x, bits);
    __builtin_memcpy(out, &y, sizeof y);
  }
  if (n == 0) return;
  S x = {};
  __builtin_memcpy(&x, in, n * 2);
  const S y = Function::of(x, bits);
  __builtin_memcpy(out, &y, n * 2);
}

void logistic(const int16_t* in, int16_t* out, size_t n) { row<Logistic>(in, out, n, 3); }
void tanh(const int16_t* in, int16_t* out, size_t n, int bits) { row<Tanh>(in, out, n, bits); }

}  // namespace

constinit const Sigmoid16 SAMARA_BODY = {logistic, tanh};

}  // namespace samara::kernels

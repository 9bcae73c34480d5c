// exp, log, tanh and logistic over simd/vec.h: within 2 ulp, subnormal results and all special
// values included. Coefficients: series of exp and of log((1 + s) / (1 - s)); for tanh a fit of our
// own to the least relative error on [0, 0.625].
#pragma once

#include "engine/kernels/simd/vec.h"

namespace samara::kernels {
namespace {

/// 2^n for -126 <= n <= 127.
SAMARA_SIMD F power_of_two(I n) { return bits((n + 127) << 23); }

/// e^x; `rest` is what its last rounding left over.
SAMARA_SIMD F exp(F x, F& rest) {
  // e^x = 2^n e^r with |r| <= ln(2) / 2. The clamps keep n in [-150, 129]; beyond them the result
  // is 0 or infinity by the arithmetic itself.
  const F c = larger(all(-104.0f), smaller(all(89.0f), x));
  const F magic = all(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer
  const F n = (c * all(0x1.715476p0f) + magic) - magic;
  // ln(2) in two parts; n * 0x1.62e4p-1 is exact for such n.
  F r = muladd(n, all(-0x1.62e4p-1f), c);
  r = muladd(n, all(-0x1.7f7d1cp-20f), r);
  F p = muladd(r, all(1.0f / 5040), all(1.0f / 720));
  p = muladd(p, r, all(1.0f / 120));
  p = muladd(p, r, all(1.0f / 24));
  p = muladd(p, r, all(1.0f / 6));
  p = muladd(p, r, all(0.5f));
  const F q = muladd(p, r * r, r);
  p = q + 1.0f;
  // In two steps, for 2^n itself may be beyond what a float holds.
  const I i = to_int(n), half = i >> 1;
  const F y = p * power_of_two(half) * power_of_two(i - half);
  rest = (q - (p - 1.0f)) * power_of_two(half) * power_of_two(i - half);
  return choose(x != x, x, y);
}

SAMARA_SIMD F exp(F x) {
  F rest;
  return exp(x, rest);
}

SAMARA_SIMD F log(F x) {
  const I tiny = x < 0x1p-126f;
  const F scaled = choose(tiny, x * 0x1p24f, x);
  // x = 2^e m with m in [sqrt(1/2), sqrt(2)).
  const I raw = I(U(scaled) - 0x3f3504f3u);  // wraps for negative x, whose result is NaN
  const I e = (raw >> 23) - (tiny & 24);
  const F f = bits((raw & 0x7fffff) + 0x3f3504f3) - 1.0f;
  // log(1 + f) = f - f^2/2 + s (f^2/2 + series), s = f / (2 + f).
  const F s = f / (f + 2.0f), z = s * s;
  F p = muladd(z, all(2.0f / 9), all(2.0f / 7));
  p = muladd(p, z, all(2.0f / 5));
  p = muladd(p, z, all(2.0f / 3)) * z;
  const F half = f * f * 0.5f, n = to_float(e);
  const F low = muladd(s, half + p, n * 0x1.7f7d1cp-20f);
  F y = muladd(n, all(0x1.62e4p-1f), f - (half - low));
  y = choose(x == 0.0f, all(-__builtin_inff()), y);
  y = choose(x < 0.0f, all(__builtin_nanf("")), y);
  // Infinity and NaN are their own logarithm.
  return choose((x != x) | (x == __builtin_inff()), x, y);
}

SAMARA_SIMD F tanh(F x) {
  const I sign = bits(x) & INT32_MIN;
  const F a = bits(bits(x) ^ sign);
  const F z = a * a;
  F p = muladd(z, all(-0x1.7433c8p-8f), all(0x1.51cedep-6f));
  p = muladd(p, z, all(-0x1.b83066p-5f));
  p = muladd(p, z, all(0x1.1106d8p-3f));
  p = muladd(p, z, all(-0x1.555532p-2f));
  const F near = muladd(p * z, a, a);
  const F far = all(1.0f) - all(2.0f) / (exp(a + a) + 1.0f);
  return bits(bits(choose(a < 0.625f, near, far)) | sign);
}

SAMARA_SIMD F logistic(F x) {
  // e / (e + 1) or 1 / (e + 1) with e = e^-|x|. The roundings of e and of the sum are worth half a
  // unit in the last place each, so they are made good: d(n / s) = (dn - n / s ds) / s.
  F rest;
  const F e = exp(bits(bits(x) | INT32_MIN), rest), sum = e + 1.0f;
  const F sum_rest = e - (sum - 1.0f) + rest;
  const I below = x < 0.0f;
  const F y = choose(below, e, all(1.0f)) / sum;
  const F inverse = choose(below, all(1.0f) - y, y);
  return muladd(choose(below, rest, F{}) - y * sum_rest, inverse, y);
}

}  // namespace
}  // namespace samara::kernels

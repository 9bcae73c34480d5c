// Row quantization on AVX-512.
#include <immintrin.h>

#include "engine/kernels/hybrid/hybrid_types.h"

namespace samara::kernels {
namespace {

/// The next lanes of n values.
[[gnu::always_inline]] inline __mmask16 some(size_t n) {
  return __mmask16(n >= 16 ? 0xffff : (1u << n) - 1);
}

void range(const float* values, size_t n, float* low, float* high) {
  __m512 least[4], most[4];
  for (int i = 0; i < 4; ++i) least[i] = most[i] = _mm512_setzero_ps();
  size_t i = 0;
  // NaN leaves the second operand of a minimum.
  for (; i + 64 <= n; i += 64) {
#pragma GCC unroll 4
    for (int q = 0; q < 4; ++q) {
      const __m512 x = _mm512_loadu_ps(values + i + 16 * q);
      least[q] = _mm512_min_ps(x, least[q]);
      most[q] = _mm512_max_ps(x, most[q]);
    }
  }
  for (; i < n; i += 16) {
    const __m512 x = _mm512_maskz_loadu_ps(some(n - i), values + i);
    least[0] = _mm512_min_ps(x, least[0]);
    most[0] = _mm512_max_ps(x, most[0]);
  }
  *low = _mm512_reduce_min_ps(
      _mm512_min_ps(_mm512_min_ps(least[0], least[1]), _mm512_min_ps(least[2], least[3])));
  *high = _mm512_reduce_max_ps(
      _mm512_max_ps(_mm512_max_ps(most[0], most[1]), _mm512_max_ps(most[2], most[3])));
}

void quantize(const float* values, size_t n, float factor, float offset, float low, int8_t* out) {
  const __m512 f = _mm512_set1_ps(factor), o = _mm512_set1_ps(offset);
  const __m512 floor = _mm512_set1_ps(low), ceiling = _mm512_set1_ps(127.0f);
  for (size_t i = 0; i < n; i += 16) {
    const __mmask16 lanes = some(n - i);
    const __m512 v = _mm512_maskz_loadu_ps(lanes, values + i);
    const __m512 x = _mm512_mul_ps(v, f);
    const __m512 whole = _mm512_roundscale_ps(x, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
    const __m512 rest = _mm512_abs_ps(_mm512_sub_ps(x, whole));
    const __mmask16 away = _mm512_cmp_ps_mask(rest, _mm512_set1_ps(0.5f), _CMP_GE_OQ);
    const __m512 sign = _mm512_and_ps(x, _mm512_set1_ps(-0.0f));
    const __m512 one = _mm512_or_ps(sign, _mm512_set1_ps(1.0f));
    const __m512 rounded = _mm512_add_ps(_mm512_mask_add_ps(whole, away, whole, one), o);
    const __m512 y = _mm512_min_ps(_mm512_max_ps(rounded, floor), ceiling);
    _mm512_mask_cvtepi32_storeu_epi8(out + i, lanes, _mm512_cvttps_epi32(y));
  }
}

void quantize_even(const float* values, size_t n, float factor, int32_t zero, int8_t* out) {
  const __m512 f = _mm512_set1_ps(factor);
  const __m512 low = _mm512_set1_ps(float(-128 - zero)), high = _mm512_set1_ps(float(127 - zero));
  const __m512i add = _mm512_set1_epi32(zero);
  size_t i = 0;
  for (; i + 64 <= n; i += 64) {
    __m512i y[4];
#pragma GCC unroll 4
    for (int q = 0; q < 4; ++q) {
      const __m512 x = _mm512_mul_ps(_mm512_loadu_ps(values + i + 16 * q), f);
      y[q] = _mm512_cvtps_epi32(_mm512_min_ps(_mm512_max_ps(x, low), high));
    }
    // Lane by lane to bytes, then the lanes' 32-bit pieces into order.
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const __m512i words = _mm512_set1_epi16(short(zero));
    const __m512i a = _mm512_add_epi16(_mm512_packs_epi32(y[0], y[1]), words);
    const __m512i b = _mm512_add_epi16(_mm512_packs_epi32(y[2], y[3]), words);
    const __m512i bytes = _mm512_permutexvar_epi32(order, _mm512_packs_epi16(a, b));
    _mm512_storeu_si512(out + i, bytes);
  }
  for (; i < n; i += 16) {
    const __mmask16 lanes = some(n - i);
    const __m512 x = _mm512_mul_ps(_mm512_maskz_loadu_ps(lanes, values + i), f);
    const __m512 within = _mm512_min_ps(_mm512_max_ps(x, low), high);
    const __m512i y = _mm512_add_epi32(_mm512_cvtps_epi32(within), add);
    _mm512_mask_cvtepi32_storeu_epi8(out + i, lanes, y);
  }
}

}  // namespace

extern constinit const RowQuantizer hybrid_avx512{range, quantize, quantize_even};

}  // namespace samara::kernels

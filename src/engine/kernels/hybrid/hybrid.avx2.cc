// Row quantization on AVX2.
#include <immintrin.h>

#include "engine/kernels/hybrid/hybrid_types.h"

namespace samara::kernels {
namespace {

void range(const float* values, size_t n, float* low, float* high) {
  __m256 least = _mm256_setzero_ps(), most = _mm256_setzero_ps();
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const __m256 x = _mm256_loadu_ps(values + i);
    least = _mm256_min_ps(x, least);  // NaN leaves the second operand
    most = _mm256_max_ps(x, most);
  }
  float lows[8], highs[8];
  _mm256_storeu_ps(lows, least);
  _mm256_storeu_ps(highs, most);
  for (int j = 1; j < 8; ++j) {
    lows[0] = lows[j] < lows[0] ? lows[j] : lows[0];
    highs[0] = highs[j] > highs[0] ? highs[j] : highs[0];
  }
  for (; i < n; ++i) {
    lows[0] = values[i] < lows[0] ? values[i] : lows[0];
    highs[0] = values[i] > highs[0] ? values[i] : highs[0];
  }
  *low = lows[0];
  *high = highs[0];
}

void quantize(const float* values, size_t n, float factor, float offset, float low, int8_t* out) {
  const __m256 f = _mm256_set1_ps(factor), o = _mm256_set1_ps(offset);
  const __m256 floor = _mm256_set1_ps(low), ceiling = _mm256_set1_ps(127.0f);
  const __m256 sign = _mm256_set1_ps(-0.0f);
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const __m256 x = _mm256_mul_ps(_mm256_loadu_ps(values + i), f);
    const __m256 whole = _mm256_round_ps(x, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
    const __m256 rest = _mm256_andnot_ps(sign, _mm256_sub_ps(x, whole));
    const __m256 away = _mm256_cmp_ps(rest, _mm256_set1_ps(0.5f), _CMP_GE_OQ);
    const __m256 one = _mm256_or_ps(_mm256_and_ps(x, sign), _mm256_set1_ps(1.0f));
    const __m256 rounded = _mm256_add_ps(_mm256_add_ps(whole, _mm256_and_ps(away, one)), o);
    const __m256i y = _mm256_cvttps_epi32(_mm256_min_ps(_mm256_max_ps(rounded, floor), ceiling));
    const __m128i words =
        _mm_packs_epi32(_mm256_castsi256_si128(y), _mm256_extracti128_si256(y, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out + i), _mm_packs_epi16(words, words));
  }
  if (i < n) hybrid_scalar.quantize(values + i, n - i, factor, offset, low, out + i);
}

void quantize_even(const float* values, size_t n, float factor, int32_t zero, int8_t* out) {
  const __m256 f = _mm256_set1_ps(factor);
  const __m256 low = _mm256_set1_ps(float(-128 - zero)), high = _mm256_set1_ps(float(127 - zero));
  const __m256i add = _mm256_set1_epi32(zero);
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const __m256 x = _mm256_mul_ps(_mm256_loadu_ps(values + i), f);
    const __m256 within = _mm256_min_ps(_mm256_max_ps(x, low), high);
    const __m256i y = _mm256_add_epi32(_mm256_cvtps_epi32(within), add);
    const __m128i words =
        _mm_packs_epi32(_mm256_castsi256_si128(y), _mm256_extracti128_si256(y, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out + i), _mm_packs_epi16(words, words));
  }
  if (i < n) hybrid_scalar.quantize_even(values + i, n - i, factor, zero, out + i);
}

}  // namespace

extern constinit const RowQuantizer hybrid_avx2{range, quantize, quantize_even};

}  // namespace samara::kernels

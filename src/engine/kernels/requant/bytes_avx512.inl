// Sums to bytes in registers, for AVX-512 files.
#include "engine/kernels/requant/requant_types.h"

namespace samara::kernels {
namespace {

#define SAMARA_INLINE [[gnu::always_inline]] inline

/// Rounding once, of sums that stay below 2^31.
struct Once {
  __m512 scale;
  SAMARA_INLINE __m512i operator()(__m512i x) const {
    return _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_cvtepi32_ps(x), scale));
  }
};

/// Rounding twice small sums, with shifts to the right by 1 to 20: half, and the output's zero
/// point, are added before the one shift, which is exact where nothing overflows.
struct TwiceSmall {
  __m512i value, odd_value, right, add;
  TwiceSmall() = default;
  SAMARA_INLINE TwiceSmall(__m512i multiplier, __m512i by, __m512i zero) {
    value = multiplier;
    odd_value = _mm512_srli_epi64(value, 32);
    right = by;
    const __m512i half = _mm512_srli_epi32(_mm512_sllv_epi32(_mm512_set1_epi32(1), by), 1);
    add = _mm512_add_epi32(half, _mm512_sllv_epi32(zero, by));
  }
  SAMARA_INLINE __m512i operator()(__m512i x) const {
    const __m512i round = _mm512_set1_epi64(int64_t{1} << 30);
    const __m512i even = _mm512_add_epi64(_mm512_mul_epi32(x, value), round);
    const __m512i odd =
        _mm512_add_epi64(_mm512_mul_epi32(_mm512_srli_epi64(x, 32), odd_value), round);
    const __m512i y =
        _mm512_mask_blend_epi32(0xaaaa, _mm512_srli_epi64(even, 31), _mm512_slli_epi64(odd, 1));
    const __m512i less = _mm512_srai_epi32(y, 31);  // ties of negative values go down
    return _mm512_srav_epi32(_mm512_add_epi32(_mm512_add_epi32(y, add), less), right);
  }
};

/// Four vectors of rescaled sums to bytes: first lane 0 of all four, then lane 1 ...
struct ToBytes {
  __m512i zero, low, high, flip;
  SAMARA_INLINE explicit ToBytes(const ByteResult& b) {
    const int bias = b.low < 0 ? 128 : 0;  // signed bytes are clamped as unsigned ones, too
    zero = _mm512_set1_epi16(short(b.zero + bias));
    low = _mm512_set1_epi8(char(b.low + bias));
    high = _mm512_set1_epi8(char(b.high + bias));
    flip = _mm512_set1_epi8(char(bias));
  }
  SAMARA_INLINE __m512i operator()(const __m512i (&y)[4]) const {
    const __m512i a = _mm512_adds_epi16(_mm512_packs_epi32(y[0], y[1]), zero);
    const __m512i b = _mm512_adds_epi16(_mm512_packs_epi32(y[2], y[3]), zero);
    const __m512i x = _mm512_max_epu8(_mm512_packus_epi16(a, b), low);
    return _mm512_xor_si512(_mm512_min_epu8(x, high), flip);
  }
};

}  // namespace
}  // namespace samara::kernels

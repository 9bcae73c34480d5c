// Epilogues on AVX-512: 16 channels at a time, their parameters in registers over all rows.
#include <immintrin.h>

#include "engine/kernels/requant/bytes_avx512.inl"
#include "engine/kernels/requant/requant_plain.inl"

namespace samara::kernels {
namespace {

/// The first n lanes, 1..16.
SAMARA_INLINE __mmask16 first(int n) { return __mmask16((1u << (n < 16 ? n : 16)) - 1); }

/// A block's sums of one row and 16 channels.
SAMARA_INLINE __m512i sums_at(const SumBlock& b, int row, int j, __mmask16 some) {
  const __m512i x = _mm512_maskz_loadu_epi32(some, b.sums + row * b.stride + j);
  return b.row_add ? _mm512_add_epi32(x, _mm512_set1_epi32(b.row_add[row])) : x;
}
SAMARA_INLINE void store_bytes(uint8_t* out, __m512i x, __mmask16 some) {
  if (some == 0xffff) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm512_cvtepi32_epi8(x));
  } else {
    _mm512_mask_cvtepi32_storeu_epi8(out, some, x);
  }
}

/// Parameters of 16 channels for rounding twice.
struct Twice {
  __m512i left, value, odd_value, right, mask, half;
  SAMARA_INLINE Twice(const int32_t* multiplier, const int32_t* shift, __mmask16 some) {
    const __m512i zero = _mm512_setzero_si512(), one = _mm512_set1_epi32(1);
    const __m512i s = _mm512_maskz_loadu_epi32(some, shift);
    value = _mm512_maskz_loadu_epi32(some, multiplier);
    odd_value = _mm512_srli_epi64(value, 32);
    left = _mm512_max_epi32(s, zero);
    right = _mm512_max_epi32(_mm512_sub_epi32(zero, s), zero);
    mask = _mm512_sub_epi32(_mm512_sllv_epi32(one, right), one);
    half = _mm512_srli_epi32(mask, 1);
  }
  /// As rescale() in requant.h. The first rounding of negative products, written there as a
  /// division, is this shift: both round ties up.
  SAMARA_INLINE __m512i operator()(__m512i x) const {
    const __m512i round = _mm512_set1_epi64(int64_t{1} << 30);
    x = _mm512_sllv_epi32(x, left);
    const __m512i even = _mm512_add_epi64(_mm512_mul_epi32(x, value), round);
    const __m512i odd =
        _mm512_add_epi64(_mm512_mul_epi32(_mm512_srli_epi64(x, 32), odd_value), round);
    const __m512i y =
        _mm512_mask_blend_epi32(0xaaaa, _mm512_srli_epi64(even, 31), _mm512_slli_epi64(odd, 1));
    const __m512i threshold = _mm512_sub_epi32(half, _mm512_srai_epi32(y, 31));
    const __mmask16 up = _mm512_cmpgt_epi32_mask(_mm512_and_si512(y, mask), threshold);
    const __m512i q = _mm512_srav_epi32(y, right);
    return _mm512_mask_sub_epi32(q, up, q, _mm512_set1_epi32(-1));
  }
};

template <class Twice>
SAMARA_INLINE void twice_rows(const SumBlock& b, const Twice& twice, int j, __mmask16 some,
                              __m512i zero, uint8_t* out, ptrdiff_t out_stride) {
  const __m512i low = _mm512_set1_epi32(b.low), high = _mm512_set1_epi32(b.high);
  for (int i = 0; i < b.rows; ++i) {
    const __m512i x = _mm512_add_epi32(twice(sums_at(b, i, j, some)), zero);
    store_bytes(out + i * out_stride + j, _mm512_min_epi32(_mm512_max_epi32(x, low), high), some);
  }
}

void twice8(const SumBlock& b, const int32_t* multiplier, const int32_t* shift, uint8_t* out,
            ptrdiff_t out_stride) {
  const __m512i none = _mm512_setzero_si512(), zero = _mm512_set1_epi32(b.zero);
  for (int j = 0; j < b.n; j += 16) {
    const __mmask16 some = first(b.n - j);
    const __m512i by = _mm512_sub_epi32(none, _mm512_maskz_loadu_epi32(some, shift + j));
    const __m512i from_1 = _mm512_sub_epi32(by, _mm512_set1_epi32(1));
    if (b.small && !_mm512_mask_cmpgt_epu32_mask(some, from_1, _mm512_set1_epi32(19))) {
      twice_rows(b, TwiceSmall(_mm512_maskz_loadu_epi32(some, multiplier + j), by, zero), j, some,
                 none, out, out_stride);
    } else {
      twice_rows(b, Twice(multiplier + j, shift + j, some), j, some, zero, out, out_stride);
    }
  }
}

/// Eight sums times their scales, rounded half away from zero and clamped.
SAMARA_INLINE __m256i real(__m256i x, __m512d scale, __m512d low, __m512d high) {
  const __m512d v = _mm512_mul_pd(_mm512_cvtepi32_pd(x), scale);
  __m512d whole = _mm512_roundscale_pd(v, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
  const __m512d rest = _mm512_abs_pd(_mm512_sub_pd(v, whole));
  const __mmask8 away = _mm512_cmp_pd_mask(rest, _mm512_set1_pd(0.5), _CMP_GE_OQ);
  const __m512i sign = _mm512_and_si512(_mm512_castpd_si512(v), _mm512_set1_epi64(INT64_MIN));
  const __m512d one =
      _mm512_castsi512_pd(_mm512_or_si512(sign, _mm512_castpd_si512(_mm512_set1_pd(1.0))));
  whole = _mm512_mask_add_pd(whole, away, whole, one);
  return _mm512_cvttpd_epi32(_mm512_min_pd(_mm512_max_pd(whole, low), high));
}

void real8(const SumBlock& b, const double* scale, uint8_t* out, ptrdiff_t out_stride) {
  const __m512i zero = _mm512_set1_epi32(b.zero);
  const __m512d low = _mm512_set1_pd(double(b.low) - b.zero);
  const __m512d high = _mm512_set1_pd(double(b.high) - b.zero);
  for (int j = 0; j < b.n; j += 16) {
    const __mmask16 some = first(b.n - j);
    const __m512d scale0 = _mm512_maskz_loadu_pd(__mmask8(some), scale + j);
    const __m512d scale1 = _mm512_maskz_loadu_pd(__mmask8(some >> 8), scale + j + 8);
    for (int i = 0; i < b.rows; ++i) {
      const __m512i x = sums_at(b, i, j, some);
      const __m256i r0 = real(_mm512_castsi512_si256(x), scale0, low, high);
      const __m256i r1 = real(_mm512_extracti64x4_epi64(x, 1), scale1, low, high);
      const __m512i r = _mm512_inserti64x4(_mm512_castsi256_si512(r0), r1, 1);
      store_bytes(out + i * out_stride + j, _mm512_add_epi32(r, zero), some);
    }
  }
}

/// 64 sums of each row at once: narrowed with saturation, which serves as the lower clamp, to one
/// vector of bytes whose 32-bit pieces are put in order. `Unsigned` says what the bytes are.
template <bool Unsigned>
SAMARA_INLINE void once_64(const SumBlock& b, const float* scale, int j, uint8_t* out,
                           ptrdiff_t out_stride) {
  const __m512 high = _mm512_set1_ps(float(b.high - b.zero));
  const __m512i zero = _mm512_set1_epi16(short(b.zero)), low = _mm512_set1_epi8(char(b.low));
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512 factor[] = {_mm512_loadu_ps(scale + j), _mm512_loadu_ps(scale + j + 16),
                           _mm512_loadu_ps(scale + j + 32), _mm512_loadu_ps(scale + j + 48)};
  for (int i = 0; i < b.rows; ++i) {
    __m512i y[4];
#pragma GCC unroll 4
    for (int q = 0; q < 4; ++q) {
      const __m512 x = _mm512_cvtepi32_ps(sums_at(b, i, j + 16 * q, 0xffff));
      y[q] = _mm512_cvtps_epi32(_mm512_min_ps(_mm512_mul_ps(x, factor[q]), high));
    }
    const __m512i even = _mm512_adds_epi16(_mm512_packs_epi32(y[0], y[1]), zero);
    const __m512i odd = _mm512_adds_epi16(_mm512_packs_epi32(y[2], y[3]), zero);
    const __m512i v = Unsigned ? _mm512_max_epu8(_mm512_packus_epi16(even, odd), low)
                               : _mm512_max_epi8(_mm512_packs_epi16(even, odd), low);
    _mm512_storeu_si512(out + i * out_stride + j, _mm512_permutexvar_epi32(order, v));
  }
}

void once8(const SumBlock& b, const float* scale, uint8_t* out, ptrdiff_t out_stride) {
  const __m512i zero = _mm512_set1_epi32(b.zero);
  const __m512 low = _mm512_set1_ps(float(b.low - b.zero));
  const __m512 high = _mm512_set1_ps(float(b.high - b.zero));
  int j = 0;
  for (; b.n - j >= 64; j += 64)
    b.low < 0 ? once_64<false>(b, scale, j, out, out_stride)
              : once_64<true>(b, scale, j, out, out_stride);
  for (; j < b.n; j += 16) {
    const __mmask16 some = first(b.n - j);
    const __m512 factor = _mm512_maskz_loadu_ps(some, scale + j);
    for (int i = 0; i < b.rows; ++i) {
      const __m512 x = _mm512_mul_ps(_mm512_cvtepi32_ps(sums_at(b, i, j, some)), factor);
      const __m512i y = _mm512_cvtps_epi32(_mm512_min_ps(_mm512_max_ps(x, low), high));
      store_bytes(out + i * out_stride + j, _mm512_add_epi32(y, zero), some);
    }
  }
}

template <bool fused>
void hybrid(const SumBlock& b, const int32_t* left_zero, const int32_t* weight_sums,
            const float* row_scale, const float* scale, const float* bias, float low, float high,
            float* out, ptrdiff_t out_stride) {
  const __m512 lo = _mm512_set1_ps(low), hi = _mm512_set1_ps(high);
  for (int j = 0; j < b.n; j += 16) {
    const __mmask16 some = first(b.n - j);
    const __m512 channel = _mm512_maskz_loadu_ps(some, scale + j);
    const __m512 add = bias ? _mm512_maskz_loadu_ps(some, bias + j) : _mm512_setzero_ps();
    const __m512i weights =
        weight_sums ? _mm512_maskz_loadu_epi32(some, weight_sums + j) : _mm512_setzero_si512();
    for (int i = 0; i < b.rows; ++i) {
      __m512i x = _mm512_maskz_loadu_epi32(some, b.sums + i * b.stride + j);
      x = _mm512_sub_epi32(x, _mm512_mullo_epi32(weights, _mm512_set1_epi32(left_zero[i])));
      const __m512 sum = _mm512_cvtepi32_ps(x), row = _mm512_set1_ps(row_scale[i]);
      const __m512 y = fused ? _mm512_fmadd_ps(_mm512_mul_ps(sum, row), channel, add)
                             : _mm512_add_ps(_mm512_mul_ps(sum, _mm512_mul_ps(row, channel)), add);
      _mm512_mask_storeu_ps(out + i * out_stride + j, some,
                            _mm512_min_ps(hi, _mm512_max_ps(lo, y)));
    }
  }
}

/// Eight sums with their bias.
SAMARA_INLINE __m512i wide_at(const WideBlock& b, int row, int j, __mmask8 some) {
  __m512i x = _mm512_maskz_loadu_epi64(some, b.sums + row * b.stride + j);
  if (b.bias) x = _mm512_add_epi64(x, _mm512_maskz_loadu_epi64(some, b.bias + j));
  if (b.bias32) {
    const __m256i add = _mm256_maskz_loadu_epi32(some, b.bias32 + j);
    x = _mm512_add_epi64(x, _mm512_cvtepi32_epi64(add));
  }
  return x;
}

void wide16(const WideBlock& b, const int32_t* multiplier, const int32_t* shift, int16_t* out,
            ptrdiff_t out_stride) {
  const __m512i low = _mm512_set1_epi32(b.low), high = _mm512_set1_epi32(b.high);
  for (int j = 0; j < b.n; j += 16) {
    const __mmask16 some = first(b.n - j);
    const Twice twice(multiplier + j, shift + j, some);
    // The fraction's upper 16 bits, rounded but not to 2^15; shifts below 16 stay right shifts.
    const __m512i m = _mm512_maskz_loadu_epi32(some, multiplier + j);
    const __m512i s = _mm512_maskz_loadu_epi32(some, shift + j);
    const __m512i fraction =
        _mm512_min_epu32(_mm512_srli_epi32(_mm512_add_epi32(m, _mm512_set1_epi32(1 << 15)), 16),
                         _mm512_set1_epi32(0x7fff));
    const __m512i total = _mm512_sub_epi32(_mm512_set1_epi32(15), s);
    if (_mm512_mask_cmplt_epi32_mask(some, total, _mm512_set1_epi32(1)) && !b.wrap32) {
      WideBlock rest = b;
      rest.sums += j;
      rest.n = b.n - j < 16 ? b.n - j : 16;
      if (rest.bias) rest.bias += j;
      if (rest.bias32) rest.bias32 += j;
      requant_scalar.wide16(rest, multiplier + j, shift + j, out + j, out_stride);
      continue;
    }
    __m512i factor[2], by[2], round[2];
    for (int h = 0; h < 2; ++h) {
      const __m512i one = _mm512_set1_epi64(1);
      factor[h] = _mm512_cvtepu32_epi64(h ? _mm512_extracti64x4_epi64(fraction, 1)
                                          : _mm512_castsi512_si256(fraction));
      by[h] = _mm512_cvtepu32_epi64(h ? _mm512_extracti64x4_epi64(total, 1)
                                      : _mm512_castsi512_si256(total));
      round[h] = _mm512_sllv_epi64(one, _mm512_sub_epi64(by[h], one));
    }
    for (int i = 0; i < b.rows; ++i) {
      __m512i x0 = wide_at(b, i, j, __mmask8(some));
      __m512i x1 = wide_at(b, i, j + 8, __mmask8(some >> 8));
      if (!b.wrap32) {
        x0 =
            _mm512_srav_epi64(_mm512_add_epi64(_mm512_mullo_epi64(x0, factor[0]), round[0]), by[0]);
        x1 =
            _mm512_srav_epi64(_mm512_add_epi64(_mm512_mullo_epi64(x1, factor[1]), round[1]), by[1]);
      }
      __m512i y = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi64_epi32(x0)),
                                     _mm512_cvtepi64_epi32(x1), 1);
      if (b.wrap32) y = twice(y);
      y = _mm512_min_epi32(_mm512_max_epi32(y, low), high);
      _mm512_mask_cvtepi32_storeu_epi16(out + i * out_stride + j, some, y);
    }
  }
}

void widen(int64_t* to, const int32_t* from, size_t n, bool add) {
  for (size_t i = 0; i < n; i += 8) {
    const __mmask8 some = n - i >= 8 ? 0xff : __mmask8((1u << (n - i)) - 1);
    __m512i x = _mm512_cvtepi32_epi64(_mm256_maskz_loadu_epi32(some, from + i));
    if (add) x = _mm512_add_epi64(x, _mm512_maskz_loadu_epi64(some, to + i));
    _mm512_mask_storeu_epi64(to + i, some, x);
  }
}

}  // namespace

extern constinit const RequantRows requant_avx512{
    twice8, real8, once8, hybrid<false>, hybrid<true>, wide16, widen, gather16, add8};

}  // namespace samara::kernels

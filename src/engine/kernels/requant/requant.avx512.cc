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

/// Factors in two parts of 16 bits; a vector of 32-bit values has both operands of each result.
void add_bytes(const SumOfTwo& s, const uint8_t* a, const uint8_t* b, uint8_t* out, size_t n) {
  // Signed bytes are read as unsigned ones, 128 above what they are.
  const uint32_t bias = s.is_unsigned ? 0 : 128;
  const auto by0 = uint32_t(s.factor[0]), by1 = uint32_t(s.factor[1]);
  const __m512i flip = _mm512_set1_epi8(char(bias)), none = _mm512_setzero_si512();
  const __m512i start = _mm512_set1_epi32(int32_t(uint32_t(s.start) - bias * (by0 + by1)));
  const auto two = [](int32_t x, int32_t y) {
    return _mm512_set1_epi32(int32_t((uint32_t(x) & 0xffff) | uint32_t(y) << 16));
  };
  const __m512i upper = two(s.factor[0] >> 15, s.factor[1] >> 15);
  const __m512i lower = two(s.factor[0] & 0x7fff, s.factor[1] & 0x7fff);
  const __m128i shift = _mm_cvtsi32_si128(s.shift);
  const ToBytes to_bytes({.zero = s.zero, .low = s.low, .high = s.high});
  for (size_t i = 0; i < n; i += 64) {
    const __mmask64 some = n - i >= 64 ? ~__mmask64{0} : (__mmask64{1} << (n - i)) - 1;
    const __m512i x = _mm512_xor_si512(_mm512_maskz_loadu_epi8(some, a + i), flip);
    const __m512i y = _mm512_xor_si512(_mm512_maskz_loadu_epi8(some, b + i), flip);
    const __m512i low = _mm512_unpacklo_epi8(x, y), high = _mm512_unpackhi_epi8(x, y);
    __m512i sum[4] = {_mm512_unpacklo_epi8(low, none), _mm512_unpackhi_epi8(low, none),
                      _mm512_unpacklo_epi8(high, none), _mm512_unpackhi_epi8(high, none)};
    for (__m512i& v : sum) {
      const __m512i coarse = _mm512_slli_epi32(_mm512_madd_epi16(v, upper), 15);
      v = _mm512_add_epi32(_mm512_add_epi32(coarse, _mm512_madd_epi16(v, lower)), start);
      v = _mm512_sra_epi32(v, shift);
    }
    _mm512_mask_storeu_epi8(out + i, some, to_bytes(sum));
  }
}

/// 64 bytes less `zero`, as 16 bits in the lower halves of 32, lane by lane.
SAMARA_INLINE void differences(__m512i x, __m512i zero, __m512i (&to)[4]) {
  const __m512i none = _mm512_setzero_si512();
  const __m512i low = _mm512_sub_epi16(_mm512_unpacklo_epi8(x, none), zero);
  const __m512i high = _mm512_sub_epi16(_mm512_unpackhi_epi8(x, none), zero);
  to[0] = _mm512_unpacklo_epi16(low, none);
  to[1] = _mm512_unpackhi_epi16(low, none);
  to[2] = _mm512_unpacklo_epi16(high, none);
  to[3] = _mm512_unpackhi_epi16(high, none);
}
void multiply_bytes(const ProductOfTwo& p, const uint8_t* a, const uint8_t* b, uint8_t* out,
                    size_t n) {
  const int bias = p.is_unsigned ? 0 : 128;  // signed bytes are read as unsigned ones
  const __m512i flip = _mm512_set1_epi8(char(bias));
  const __m512i zero0 = _mm512_set1_epi16(short(p.zero[0] + bias));
  const __m512i zero1 = _mm512_set1_epi16(short(p.zero[1] + bias));
  const Once once{_mm512_set1_ps(p.scale)};
  const ToBytes to_bytes({.zero = p.out_zero, .low = p.low, .high = p.high});
  for (size_t i = 0; i < n; i += 64) {
    const __mmask64 some = n - i >= 64 ? ~__mmask64{0} : (__mmask64{1} << (n - i)) - 1;
    __m512i x[4], y[4];
    differences(_mm512_xor_si512(_mm512_maskz_loadu_epi8(some, a + i), flip), zero0, x);
    differences(_mm512_xor_si512(_mm512_maskz_loadu_epi8(some, b + i), flip), zero1, y);
    for (int q = 0; q < 4; ++q) x[q] = once(_mm512_madd_epi16(x[q], y[q]));
    _mm512_mask_storeu_epi8(out + i, some, to_bytes(x));
  }
}

/// 64 columns at a time, their sums in registers over all rows.
void accumulate_64(const uint8_t* in, ptrdiff_t stride, size_t rows, bool is_unsigned,
                   int32_t* sums, size_t n) {
  // Bytes are read as unsigned ones, and 128 of each signed one taken off at the end.
  const __m128i flip = _mm_set1_epi8(is_unsigned ? 0 : char(0x80));
  const __m512i bias = _mm512_set1_epi32(is_unsigned ? 0 : int32_t(0u - 128u * uint32_t(rows)));
  for (size_t j = 0; j < n; j += 64) {
    __mmask16 some[4];
    __m512i sum[4];
    for (size_t q = 0; q < 4; ++q) {
      const size_t at = j + 16 * q;
      some[q] = at < n ? first(int(n - at < 16 ? n - at : 16)) : __mmask16(0);
      sum[q] = _mm512_add_epi32(_mm512_maskz_loadu_epi32(some[q], sums + at), bias);
    }
    const uint8_t* row = in + j;
    for (size_t r = 0; r < rows; ++r, row += stride)
      for (size_t q = 0; q < 4; ++q) {
        const __m128i x = _mm_xor_si128(_mm_maskz_loadu_epi8(some[q], row + 16 * q), flip);
        sum[q] = _mm512_add_epi32(sum[q], _mm512_cvtepu8_epi32(x));
      }
    for (size_t q = 0; q < 4; ++q) _mm512_mask_storeu_epi32(sums + j + 16 * q, some[q], sum[q]);
  }
}

/// The words of a 128-word table at index / 2, for the lower bytes of 32 words.
SAMARA_INLINE __m512i words_at(const __m512i (&table)[4], __m512i index) {
  const __m512i word = _mm512_srli_epi16(index, 1);
  const __m512i low = _mm512_permutex2var_epi16(table[0], word, table[1]);
  const __m512i high = _mm512_permutex2var_epi16(table[2], word, table[3]);
  const __mmask32 upper = _mm512_test_epi16_mask(index, _mm512_set1_epi16(0x80));
  return _mm512_mask_blend_epi16(upper, low, high);
}
SAMARA_INLINE __m512i lookup_64(const __m512i (&table)[4], __m512i x) {
  const __m512i ones = _mm512_set1_epi16(0xff);
  const __m512i even = _mm512_and_si512(x, ones), odd = _mm512_srli_epi16(x, 8);
  // Of a word of two results that of an odd index is the upper byte.
  const __mmask32 even_up = _mm512_test_epi16_mask(even, _mm512_set1_epi16(1));
  const __mmask32 odd_up = _mm512_test_epi16_mask(odd, _mm512_set1_epi16(1));
  const __m512i a = words_at(table, even), b = words_at(table, odd);
  const __m512i low = _mm512_and_si512(_mm512_mask_srli_epi16(a, even_up, a, 8), ones);
  const __m512i high = _mm512_mask_srli_epi16(b, odd_up, b, 8);
  return _mm512_or_si512(low, _mm512_slli_epi16(high, 8));
}
void lookup_bytes(const uint8_t* table, const uint8_t* in, uint8_t* out, size_t n) {
  __m512i all[4];
  for (int i = 0; i < 4; ++i) all[i] = _mm512_loadu_si512(table + 64 * i);
  for (; n >= 64; n -= 64, in += 64, out += 64)
    _mm512_storeu_si512(out, lookup_64(all, _mm512_loadu_si512(in)));
  const __mmask64 some = (__mmask64{1} << n) - 1;
  if (n) _mm512_mask_storeu_epi8(out, some, lookup_64(all, _mm512_maskz_loadu_epi8(some, in)));
}

}  // namespace

extern constinit const RequantRows requant_avx512{
    twice8,   real8,     once8,     hybrid<false>, hybrid<true>, wide16,        widen,
    gather16, add_bytes, products8, accumulate_64, lookup_bytes, multiply_bytes};

}  // namespace samara::kernels

// Epilogues on AVX2: 8 channels at a time, their parameters in registers over all rows.
#include <immintrin.h>

#include "engine/kernels/requant/requant_plain.inl"

namespace samara::kernels {
namespace {

#define SAMARA_INLINE [[gnu::always_inline]] inline

/// The first n lanes, 1..8, as a mask for loads and stores.
SAMARA_INLINE __m256i first(int n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
SAMARA_INLINE __m256i sums_at(const SumBlock& b, int row, int j, __m256i some) {
  const __m256i x = _mm256_maskload_epi32(b.sums + row * b.stride + j, some);
  return b.row_add ? _mm256_add_epi32(x, _mm256_set1_epi32(b.row_add[row])) : x;
}
/// The low bytes of n lanes.
SAMARA_INLINE void store_bytes(uint8_t* out, __m256i x, int n) {
  const __m256i bytes = _mm256_shuffle_epi8(
      x, _mm256_setr_epi8(0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 4, 8, 12,
                          -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1));
  const __m128i packed =
      _mm_unpacklo_epi32(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1));
  if (n >= 8) {
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out), packed);
    return;
  }
  uint8_t buffer[16];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(buffer), packed);
  for (int i = 0; i < n; ++i) out[i] = buffer[i];
}

/// Parameters of 8 channels for rounding twice; see the AVX-512 variant.
struct Twice {
  __m256i left, value, odd_value, right, mask, half;
  SAMARA_INLINE Twice(const int32_t* multiplier, const int32_t* shift, __m256i some) {
    const __m256i zero = _mm256_setzero_si256(), one = _mm256_set1_epi32(1);
    const __m256i s = _mm256_maskload_epi32(shift, some);
    value = _mm256_maskload_epi32(multiplier, some);
    odd_value = _mm256_srli_epi64(value, 32);
    left = _mm256_max_epi32(s, zero);
    right = _mm256_max_epi32(_mm256_sub_epi32(zero, s), zero);
    mask = _mm256_sub_epi32(_mm256_sllv_epi32(one, right), one);
    half = _mm256_srli_epi32(mask, 1);
  }
  SAMARA_INLINE __m256i operator()(__m256i x) const {
    const __m256i round = _mm256_set1_epi64x(int64_t{1} << 30);
    x = _mm256_sllv_epi32(x, left);
    const __m256i even = _mm256_add_epi64(_mm256_mul_epi32(x, value), round);
    const __m256i odd =
        _mm256_add_epi64(_mm256_mul_epi32(_mm256_srli_epi64(x, 32), odd_value), round);
    const __m256i y =
        _mm256_blend_epi32(_mm256_srli_epi64(even, 31), _mm256_slli_epi64(odd, 1), 0xaa);
    const __m256i threshold = _mm256_sub_epi32(half, _mm256_srai_epi32(y, 31));
    const __m256i up = _mm256_cmpgt_epi32(_mm256_and_si256(y, mask), threshold);
    return _mm256_sub_epi32(_mm256_srav_epi32(y, right), up);
  }
};

/// For small sums and shifts to the right by 1 to 20; see the AVX-512 variant.
struct TwiceSmall {
  __m256i value, odd_value, right, add;
  SAMARA_INLINE TwiceSmall(const int32_t* multiplier, __m256i by, __m256i zero, __m256i some) {
    value = _mm256_maskload_epi32(multiplier, some);
    odd_value = _mm256_srli_epi64(value, 32);
    right = by;
    const __m256i half = _mm256_srli_epi32(_mm256_sllv_epi32(_mm256_set1_epi32(1), by), 1);
    add = _mm256_add_epi32(half, _mm256_sllv_epi32(zero, by));
  }
  SAMARA_INLINE __m256i operator()(__m256i x) const {
    const __m256i round = _mm256_set1_epi64x(int64_t{1} << 30);
    const __m256i even = _mm256_add_epi64(_mm256_mul_epi32(x, value), round);
    const __m256i odd =
        _mm256_add_epi64(_mm256_mul_epi32(_mm256_srli_epi64(x, 32), odd_value), round);
    const __m256i y =
        _mm256_blend_epi32(_mm256_srli_epi64(even, 31), _mm256_slli_epi64(odd, 1), 0xaa);
    const __m256i less = _mm256_srai_epi32(y, 31);
    return _mm256_srav_epi32(_mm256_add_epi32(_mm256_add_epi32(y, add), less), right);
  }
};

template <class Twice>
SAMARA_INLINE void twice_rows(const SumBlock& b, const Twice& twice, int j, __m256i some,
                              __m256i zero, uint8_t* out, ptrdiff_t out_stride) {
  const __m256i low = _mm256_set1_epi32(b.low), high = _mm256_set1_epi32(b.high);
  for (int i = 0; i < b.rows; ++i) {
    const __m256i x = _mm256_add_epi32(twice(sums_at(b, i, j, some)), zero);
    store_bytes(out + i * out_stride + j, _mm256_min_epi32(_mm256_max_epi32(x, low), high),
                b.n - j);
  }
}

void twice8(const SumBlock& b, const int32_t* multiplier, const int32_t* shift, uint8_t* out,
            ptrdiff_t out_stride) {
  const __m256i none = _mm256_setzero_si256(), zero = _mm256_set1_epi32(b.zero);
  for (int j = 0; j < b.n; j += 8) {
    const __m256i some = first(b.n - j);
    const __m256i by = _mm256_sub_epi32(none, _mm256_maskload_epi32(shift + j, some));
    const __m256i outside = _mm256_or_si256(_mm256_cmpgt_epi32(_mm256_set1_epi32(1), by),
                                            _mm256_cmpgt_epi32(by, _mm256_set1_epi32(20)));
    if (b.small && _mm256_testz_si256(outside, some)) {
      twice_rows(b, TwiceSmall(multiplier + j, by, zero, some), j, some, none, out, out_stride);
    } else {
      twice_rows(b, Twice(multiplier + j, shift + j, some), j, some, zero, out, out_stride);
    }
  }
}

/// Four sums times their scales, rounded half away from zero and clamped.
SAMARA_INLINE __m128i real(__m128i x, __m256d scale, __m256d low, __m256d high) {
  const __m256d v = _mm256_mul_pd(_mm256_cvtepi32_pd(x), scale);
  const __m256d sign = _mm256_set1_pd(-0.0);
  __m256d whole = _mm256_round_pd(v, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
  const __m256d rest = _mm256_andnot_pd(sign, _mm256_sub_pd(v, whole));
  const __m256d away = _mm256_cmp_pd(rest, _mm256_set1_pd(0.5), _CMP_GE_OQ);
  const __m256d one = _mm256_or_pd(_mm256_and_pd(v, sign), _mm256_set1_pd(1.0));
  whole = _mm256_add_pd(whole, _mm256_and_pd(away, one));
  return _mm256_cvttpd_epi32(_mm256_min_pd(_mm256_max_pd(whole, low), high));
}

void real8(const SumBlock& b, const double* scale, uint8_t* out, ptrdiff_t out_stride) {
  const __m256i zero = _mm256_set1_epi32(b.zero);
  const __m256d low = _mm256_set1_pd(double(b.low) - b.zero);
  const __m256d high = _mm256_set1_pd(double(b.high) - b.zero);
  for (int j = 0; j < b.n; j += 8) {
    const __m256i some = first(b.n - j);
    const __m256d scale0 =
        _mm256_maskload_pd(scale + j, _mm256_cvtepi32_epi64(_mm256_castsi256_si128(some)));
    const __m256d scale1 =
        _mm256_maskload_pd(scale + j + 4, _mm256_cvtepi32_epi64(_mm256_extracti128_si256(some, 1)));
    for (int i = 0; i < b.rows; ++i) {
      const __m256i x = sums_at(b, i, j, some);
      const __m128i r0 = real(_mm256_castsi256_si128(x), scale0, low, high);
      const __m128i r1 = real(_mm256_extracti128_si256(x, 1), scale1, low, high);
      const __m256i r = _mm256_inserti128_si256(_mm256_castsi128_si256(r0), r1, 1);
      store_bytes(out + i * out_stride + j, _mm256_add_epi32(r, zero), b.n - j);
    }
  }
}

void once8(const SumBlock& b, const float* scale, uint8_t* out, ptrdiff_t out_stride) {
  const __m256i zero = _mm256_set1_epi32(b.zero);
  const __m256 low = _mm256_set1_ps(float(b.low - b.zero));
  const __m256 high = _mm256_set1_ps(float(b.high - b.zero));
  for (int j = 0; j < b.n; j += 8) {
    const __m256i some = first(b.n - j);
    const __m256 factor = _mm256_maskload_ps(scale + j, some);
    for (int i = 0; i < b.rows; ++i) {
      const __m256 x = _mm256_mul_ps(_mm256_cvtepi32_ps(sums_at(b, i, j, some)), factor);
      const __m256i y = _mm256_cvtps_epi32(_mm256_min_ps(_mm256_max_ps(x, low), high));
      store_bytes(out + i * out_stride + j, _mm256_add_epi32(y, zero), b.n - j);
    }
  }
}

template <bool fused>
void hybrid(const SumBlock& b, const int32_t* left_zero, const int32_t* weight_sums,
            const float* row_scale, const float* scale, const float* bias, float low, float high,
            float* out, ptrdiff_t out_stride) {
  const __m256 lo = _mm256_set1_ps(low), hi = _mm256_set1_ps(high);
  for (int j = 0; j < b.n; j += 8) {
    const __m256i some = first(b.n - j);
    const __m256 channel = _mm256_maskload_ps(scale + j, some);
    const __m256 add = bias ? _mm256_maskload_ps(bias + j, some) : _mm256_setzero_ps();
    const __m256i weights =
        weight_sums ? _mm256_maskload_epi32(weight_sums + j, some) : _mm256_setzero_si256();
    for (int i = 0; i < b.rows; ++i) {
      __m256i x = _mm256_maskload_epi32(b.sums + i * b.stride + j, some);
      x = _mm256_sub_epi32(x, _mm256_mullo_epi32(weights, _mm256_set1_epi32(left_zero[i])));
      const __m256 sum = _mm256_cvtepi32_ps(x), row = _mm256_set1_ps(row_scale[i]);
      const __m256 y = fused ? _mm256_fmadd_ps(_mm256_mul_ps(sum, row), channel, add)
                             : _mm256_add_ps(_mm256_mul_ps(sum, _mm256_mul_ps(row, channel)), add);
      _mm256_maskstore_ps(out + i * out_stride + j, some, _mm256_min_ps(hi, _mm256_max_ps(lo, y)));
    }
  }
}

/// Four channels' parameters for rounding 64-bit sums once.
struct Wide {
  __m256i factor, by, round, sign;
  SAMARA_INLINE Wide(const int32_t* multiplier, const int32_t* shift) {
    const __m128i m = _mm_loadu_si128(reinterpret_cast<const __m128i*>(multiplier));
    const __m128i s = _mm_loadu_si128(reinterpret_cast<const __m128i*>(shift));
    // The fraction's upper 16 bits, rounded but not to 2^15.
    const __m128i fraction = _mm_min_epu32(
        _mm_srli_epi32(_mm_add_epi32(m, _mm_set1_epi32(1 << 15)), 16), _mm_set1_epi32(0x7fff));
    const __m256i one = _mm256_set1_epi64x(1);
    factor = _mm256_cvtepu32_epi64(fraction);
    by = _mm256_cvtepi32_epi64(_mm_sub_epi32(_mm_set1_epi32(15), s));
    round = _mm256_sllv_epi64(one, _mm256_sub_epi64(by, one));
    sign = _mm256_srlv_epi64(_mm256_set1_epi64x(INT64_MIN), by);
  }
  /// The low 32 bits of (x * factor + round) >> by, in the even lanes.
  SAMARA_INLINE __m256i operator()(__m256i x) const {
    const __m256i low = _mm256_mul_epu32(x, factor);
    const __m256i high = _mm256_mul_epu32(_mm256_srli_epi64(x, 32), factor);
    __m256i v = _mm256_add_epi64(_mm256_add_epi64(low, _mm256_slli_epi64(high, 32)), round);
    // An arithmetic shift of 64 bits, which AVX2 lacks: made unsigned, shifted, made signed.
    v = _mm256_srlv_epi64(_mm256_xor_si256(v, _mm256_set1_epi64x(INT64_MIN)), by);
    return _mm256_sub_epi64(v, sign);
  }
};

void wide16(const WideBlock& b, const int32_t* multiplier, const int32_t* shift, int16_t* out,
            ptrdiff_t out_stride) {
  const __m128i low = _mm_set1_epi32(b.low), high = _mm_set1_epi32(b.high);
  for (int j = 0; j < b.n; j += 4) {
    bool vectors = b.n - j >= 4 && !b.wrap32 && !b.bias32;
    for (int c = j; vectors && c < j + 4; ++c) vectors = shift[c] < 15;
    if (!vectors) {
      WideBlock rest = b;
      rest.sums += j;
      rest.n = b.n - j < 4 ? b.n - j : 4;
      if (rest.bias) rest.bias += j;
      if (rest.bias32) rest.bias32 += j;
      requant_scalar.wide16(rest, multiplier + j, shift + j, out + j, out_stride);
      continue;
    }
    const Wide wide(multiplier + j, shift + j);
    __m256i bias = _mm256_setzero_si256();
    if (b.bias) bias = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b.bias + j));
    for (int i = 0; i < b.rows; ++i) {
      const auto* sums = reinterpret_cast<const __m256i*>(b.sums + i * b.stride + j);
      const __m256i y = wide(_mm256_add_epi64(_mm256_loadu_si256(sums), bias));
      const __m256i even =
          _mm256_permutevar8x32_epi32(y, _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6));
      __m128i z = _mm_min_epi32(_mm_max_epi32(_mm256_castsi256_si128(even), low), high);
      z = _mm_packs_epi32(z, z);
      _mm_storel_epi64(reinterpret_cast<__m128i*>(out + i * out_stride + j), z);
    }
  }
}

void widen(int64_t* to, const int32_t* from, size_t n, bool add) {
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    auto* at = reinterpret_cast<__m256i*>(to + i);
    __m256i x = _mm256_cvtepi32_epi64(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i)));
    if (add) x = _mm256_add_epi64(x, _mm256_loadu_si256(at));
    _mm256_storeu_si256(at, x);
  }
  for (; i < n; ++i) to[i] = (add ? to[i] : 0) + from[i];
}

}  // namespace

extern constinit const RequantRows requant_avx2{twice8,       real8,     once8,       hybrid<false>,
                                                hybrid<true>, wide16,    widen,       gather16,
                                                add8,         products8, accumulate8, lookup8};

}  // namespace samara::kernels

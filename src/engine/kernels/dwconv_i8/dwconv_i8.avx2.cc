// AVX2: two taps' values of a channel lie beside each other as 16 bits, and vpmaddwd takes both.
#include <immintrin.h>

#include "engine/kernels/dwconv_i8/dwconv_i8_types.h"

namespace samara::kernels {
namespace {

#define SAMARA_INLINE [[gnu::always_inline]] inline

SAMARA_INLINE __m256i weights_at(const void* weights, ptrdiff_t byte) {
  return _mm256_loadu_si256(
      reinterpret_cast<const __m256i*>(static_cast<const char*>(weights) + byte));
}
/// The next n <= 16 bytes; those beyond n are 0.
SAMARA_INLINE __m128i bytes_at(const uint8_t* p, int n) {
  if (n >= 16) return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  if (n == 8) return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
  uint8_t buffer[16] = {};
  for (int i = 0; i < n; ++i) buffer[i] = p[i];
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(buffer));
}

struct Bytes {
  static constexpr int kSize = 1;
  /// Two taps of up to 16 channels, as pairs of 16 bits.
  SAMARA_INLINE static void pairs(const uint8_t* a, const uint8_t* b, int n, __m128i flip,
                                  __m256i& low, __m256i& high) {
    const __m128i x = _mm_xor_si128(bytes_at(a, n), flip), y = _mm_xor_si128(bytes_at(b, n), flip);
    low = _mm256_cvtepi8_epi16(_mm_unpacklo_epi8(x, y));
    high = _mm256_cvtepi8_epi16(_mm_unpackhi_epi8(x, y));
  }
};
struct Words {
  static constexpr int kSize = 2;
  SAMARA_INLINE static void pairs(const uint8_t* a, const uint8_t* b, int n, __m128i, __m256i& low,
                                  __m256i& high) {
    join(bytes_at(a, 2 * n), bytes_at(b, 2 * n), low);
    if (n > 8) {
      join(bytes_at(a + 16, 2 * n - 16), bytes_at(b + 16, 2 * n - 16), high);
    } else {
      high = _mm256_setzero_si256();
    }
  }
  SAMARA_INLINE static void join(__m128i x, __m128i y, __m256i& out) {
    out = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_unpacklo_epi16(x, y)),
                                  _mm_unpackhi_epi16(x, y), 1);
  }
};

/// Up to 16 channels of all pixels.
template <class Values>
SAMARA_INLINE void channels16(const DwI8Call& c, int j, int n) {
  const __m128i flip = _mm_set1_epi8(char(c.flip));
  const __m256i start0 = weights_at(c.init + j, 0), start1 = weights_at(c.init + j, 32);
  for (int i = 0; i < c.pixels; ++i) {
    __m256i sum0 = start0, sum1 = start1;
    const uint8_t* const* taps = c.pointers(i);
    const size_t at = c.at(i) + size_t(j) * Values::kSize;
    ptrdiff_t w = ptrdiff_t(j) * 4;
    for (int t = 0; t < c.taps; t += 2, taps += 2 * c.table, w += c.group_stride) {
      __m256i low, high;
      Values::pairs(taps[0] + at, taps[c.table] + at, n, flip, low, high);
      sum0 = _mm256_add_epi32(sum0, _mm256_madd_epi16(low, weights_at(c.weights, w)));
      sum1 = _mm256_add_epi32(sum1, _mm256_madd_epi16(high, weights_at(c.weights, w + 32)));
    }
    auto* out = reinterpret_cast<__m256i*>(c.sums + i * c.stride + j);
    _mm256_storeu_si256(out, sum0);
    _mm256_storeu_si256(out + 1, sum1);
  }
}

template <class Values>
SAMARA_INLINE void run(const DwI8Call& c) {
  int j = 0;
  for (; j + 16 <= c.channels; j += 16) channels16<Values>(c, j, 16);
  if (j + 8 == c.channels) {
    channels16<Values>(c, j, 8);
  } else if (j < c.channels) {
    channels16<Values>(c, j, c.channels - j);
  }
}
void run8(const DwI8Call& c) { run<Bytes>(c); }
void run16(const DwI8Call& c) { run<Words>(c); }

}  // namespace

extern constinit const DwI8 dwconv_i8_avx2{DwWeights::pairs, run8, run16};

}  // namespace samara::kernels

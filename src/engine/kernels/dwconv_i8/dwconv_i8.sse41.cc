// SSE4.1: two taps' values of a channel lie beside each other as 16 bits, and pmaddwd takes both.
#include <smmintrin.h>

#include "engine/kernels/dwconv_i8/dwconv_i8_types.h"

namespace samara::kernels {
namespace {

#define SAMARA_INLINE [[gnu::always_inline]] inline

SAMARA_INLINE __m128i at(const void* p, ptrdiff_t byte) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(static_cast<const char*>(p) + byte));
}
/// The next n <= 16 bytes; those beyond n are 0.
SAMARA_INLINE __m128i bytes_at(const uint8_t* p, int n) {
  if (n == 16) return at(p, 0);
  if (n == 8) return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
  uint8_t buffer[16] = {};
  for (int i = 0; i < n; ++i) buffer[i] = p[i];
  return at(buffer, 0);
}

/// Pairs of 8 channels: 0 to 3 in low, 4 to 7 in high.
SAMARA_INLINE void pairs(const uint8_t* a, const uint8_t* b, int n, bool words, __m128i flip,
                         __m128i& low, __m128i& high) {
  if (words) {
    const __m128i x = bytes_at(a, 2 * n), y = bytes_at(b, 2 * n);
    low = _mm_unpacklo_epi16(x, y);
    high = _mm_unpackhi_epi16(x, y);
  } else {
    const __m128i both = _mm_xor_si128(_mm_unpacklo_epi8(bytes_at(a, n), bytes_at(b, n)), flip);
    low = _mm_cvtepi8_epi16(both);
    high = _mm_cvtepi8_epi16(_mm_srli_si128(both, 8));
  }
}

/// Up to 8 channels of all pixels.
SAMARA_INLINE void channels8(const DwI8Call& c, int j, int n, bool words) {
  const __m128i flip = _mm_set1_epi8(char(c.flip));
  for (int i = 0; i < c.pixels; ++i) {
    __m128i sum0 = at(c.init + j, 0), sum1 = at(c.init + j, 16);
    const uint8_t* const* taps = c.pointers(i);
    const size_t offset = c.at(i) + size_t(j) * (words ? 2 : 1);
    ptrdiff_t w = ptrdiff_t(j) * 4;
    for (int t = 0; t < c.taps; t += 2, taps += 2 * c.table, w += c.group_stride) {
      __m128i low, high;
      pairs(taps[0] + offset, taps[c.table] + offset, n, words, flip, low, high);
      sum0 = _mm_add_epi32(sum0, _mm_madd_epi16(low, at(c.weights, w)));
      sum1 = _mm_add_epi32(sum1, _mm_madd_epi16(high, at(c.weights, w + 16)));
    }
    auto* out = reinterpret_cast<__m128i*>(c.sums + i * c.stride + j);
    _mm_storeu_si128(out, sum0);
    _mm_storeu_si128(out + 1, sum1);
  }
}

SAMARA_INLINE void run(const DwI8Call& c, bool words) {
  int j = 0;
  for (; j + 8 <= c.channels; j += 8) channels8(c, j, 8, words);
  if (j < c.channels) channels8(c, j, c.channels - j, words);
}
void run8(const DwI8Call& c) { run(c, false); }
void run16(const DwI8Call& c) { run(c, true); }

}  // namespace

extern constinit const DwI8 dwconv_i8_sse41{DwWeights::pairs, run8, run16};

}  // namespace samara::kernels

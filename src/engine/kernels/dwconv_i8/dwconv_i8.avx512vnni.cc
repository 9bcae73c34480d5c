// AVX-512 with VNNI: four taps' bytes of a channel lie beside each other, and vpdpbusd takes all
// four. Interleaving leaves channels in another order within 64; weights are packed in it, and the
// sums are put back by exchanging 128-bit lanes.
#include <immintrin.h>

#include "engine/kernels/dwconv_i8/dwconv_i8_types.h"

namespace samara::kernels {
namespace {

#define SAMARA_INLINE [[gnu::always_inline]] inline

/// Vectors of 4, 2 and 1 lanes of 128 bits, so of 64, 32 and 16 channels.
struct Four {
  using V = __m512i;
  static constexpr int kLanes = 4;
  SAMARA_INLINE static V load(const uint8_t* p, uint64_t some) {
    return _mm512_maskz_loadu_epi8(some, p);
  }
  SAMARA_INLINE static V weights(const int8_t* p) { return _mm512_loadu_si512(p); }
  SAMARA_INLINE static V all(uint8_t x) { return _mm512_set1_epi8(char(x)); }
  SAMARA_INLINE static V flip(V a, V b) { return _mm512_xor_si512(a, b); }
  SAMARA_INLINE static V low8(V a, V b) { return _mm512_unpacklo_epi8(a, b); }
  SAMARA_INLINE static V high8(V a, V b) { return _mm512_unpackhi_epi8(a, b); }
  SAMARA_INLINE static V low16(V a, V b) { return _mm512_unpacklo_epi16(a, b); }
  SAMARA_INLINE static V high16(V a, V b) { return _mm512_unpackhi_epi16(a, b); }
  SAMARA_INLINE static void store(int32_t* out, const int32_t* start, const V (&s)[4]) {
    const V a = _mm512_shuffle_i32x4(s[0], s[1], 0x44), b = _mm512_shuffle_i32x4(s[2], s[3], 0x44);
    const V c = _mm512_shuffle_i32x4(s[0], s[1], 0xee), d = _mm512_shuffle_i32x4(s[2], s[3], 0xee);
    put(out, start, _mm512_shuffle_i32x4(a, b, 0x88));
    put(out + 16, start + 16, _mm512_shuffle_i32x4(a, b, 0xdd));
    put(out + 32, start + 32, _mm512_shuffle_i32x4(c, d, 0x88));
    put(out + 48, start + 48, _mm512_shuffle_i32x4(c, d, 0xdd));
  }
  SAMARA_INLINE static void put(int32_t* out, const int32_t* start, V v) {
    _mm512_storeu_si512(out, _mm512_add_epi32(v, _mm512_loadu_si512(start)));
  }
};
struct Two {
  using V = __m256i;
  static constexpr int kLanes = 2;
  SAMARA_INLINE static V load(const uint8_t* p, uint64_t some) {
    return _mm256_maskz_loadu_epi8(__mmask32(some), p);
  }
  SAMARA_INLINE static V weights(const int8_t* p) {
    return _mm256_loadu_si256(reinterpret_cast<const V*>(p));
  }
  SAMARA_INLINE static V all(uint8_t x) { return _mm256_set1_epi8(char(x)); }
  SAMARA_INLINE static V flip(V a, V b) { return _mm256_xor_si256(a, b); }
  SAMARA_INLINE static V low8(V a, V b) { return _mm256_unpacklo_epi8(a, b); }
  SAMARA_INLINE static V high8(V a, V b) { return _mm256_unpackhi_epi8(a, b); }
  SAMARA_INLINE static V low16(V a, V b) { return _mm256_unpacklo_epi16(a, b); }
  SAMARA_INLINE static V high16(V a, V b) { return _mm256_unpackhi_epi16(a, b); }
  SAMARA_INLINE static void store(int32_t* out, const int32_t* start, const V (&s)[4]) {
    put(out, start, _mm256_permute2x128_si256(s[0], s[1], 0x20));
    put(out + 8, start + 8, _mm256_permute2x128_si256(s[2], s[3], 0x20));
    put(out + 16, start + 16, _mm256_permute2x128_si256(s[0], s[1], 0x31));
    put(out + 24, start + 24, _mm256_permute2x128_si256(s[2], s[3], 0x31));
  }
  SAMARA_INLINE static void put(int32_t* out, const int32_t* start, V v) {
    const V sum = _mm256_add_epi32(v, _mm256_loadu_si256(reinterpret_cast<const V*>(start)));
    _mm256_storeu_si256(reinterpret_cast<V*>(out), sum);
  }
};
struct One {
  using V = __m128i;
  static constexpr int kLanes = 1;
  SAMARA_INLINE static V load(const uint8_t* p, uint64_t some) {
    return _mm_maskz_loadu_epi8(__mmask16(some), p);
  }
  SAMARA_INLINE static V weights(const int8_t* p) {
    return _mm_loadu_si128(reinterpret_cast<const V*>(p));
  }
  SAMARA_INLINE static V all(uint8_t x) { return _mm_set1_epi8(char(x)); }
  SAMARA_INLINE static V flip(V a, V b) { return _mm_xor_si128(a, b); }
  SAMARA_INLINE static V low8(V a, V b) { return _mm_unpacklo_epi8(a, b); }
  SAMARA_INLINE static V high8(V a, V b) { return _mm_unpackhi_epi8(a, b); }
  SAMARA_INLINE static V low16(V a, V b) { return _mm_unpacklo_epi16(a, b); }
  SAMARA_INLINE static V high16(V a, V b) { return _mm_unpackhi_epi16(a, b); }
  SAMARA_INLINE static void store(int32_t* out, const int32_t* start, const V (&s)[4]) {
    for (int q = 0; q < 4; ++q) {
      const V from = _mm_loadu_si128(reinterpret_cast<const V*>(start + 4 * q));
      _mm_storeu_si128(reinterpret_cast<V*>(out + 4 * q), _mm_add_epi32(s[q], from));
    }
  }
};

// Written out because g++ 12 copies the accumulator around its intrinsic.
template <class V>
SAMARA_INLINE void dot(V& sum, V values, V weights) {
  asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(values), "vm"(weights));
}

/// n <= 16 * kLanes channels from j of all pixels.
template <class X>
SAMARA_INLINE void block(const DwI8Call& c, int j, int n) {
  using V = typename X::V;
  const uint64_t some = n >= 64 ? ~uint64_t{0} : (uint64_t{1} << n) - 1;
  const V flip = X::all(c.flip);
  const ptrdiff_t pixels = c.pixels, table = c.table;
  for (ptrdiff_t i = 0; i < pixels; ++i) {
    V sum[4] = {};
    const uint8_t* const* taps = c.pointers(i);
    const size_t at = c.at(i) + size_t(j);
    const int8_t* w = static_cast<const int8_t*>(c.weights) + ptrdiff_t(j) * 4;
    for (int t = 0; t < c.taps; t += 4, taps += 4 * table, w += c.group_stride) {
      const V x0 = X::flip(X::load(taps[0] + at, some), flip);
      const V x1 = X::flip(X::load(taps[table] + at, some), flip);
      const V x2 = X::flip(X::load(taps[2 * table] + at, some), flip);
      const V x3 = X::flip(X::load(taps[3 * table] + at, some), flip);
      const V low01 = X::low8(x0, x1), high01 = X::high8(x0, x1);
      const V low23 = X::low8(x2, x3), high23 = X::high8(x2, x3);
      constexpr int kNext = 16 * X::kLanes;
      dot(sum[0], X::low16(low01, low23), X::weights(w));
      dot(sum[1], X::high16(low01, low23), X::weights(w + kNext));
      dot(sum[2], X::low16(high01, high23), X::weights(w + 2 * kNext));
      dot(sum[3], X::high16(high01, high23), X::weights(w + 3 * kNext));
    }
    X::store(c.sums + i * c.stride + j, c.init + j, sum);
  }
}

void run8(const DwI8Call& c) {
  int j = 0;
  for (; c.channels - j > 32; j += 64) {
    if (c.channels - j >= 64) {
      block<Four>(c, j, 64);
    } else {
      block<Four>(c, j, c.channels - j);
    }
  }
  if (c.channels - j > 16) {
    block<Two>(c, j, c.channels - j);
  } else if (c.channels > j) {
    block<One>(c, j, c.channels - j);
  }
}

}  // namespace

extern constinit const DwI8 dwconv_i8_avx512vnni{DwWeights::quads, run8, nullptr};

}  // namespace samara::kernels

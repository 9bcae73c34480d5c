// AVX-512 with VNNI: vpdpbusd takes unsigned bytes on the left, 4 k a lane.
#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "engine/kernels/gemm_i8/gemm_i8_types.h"
#include "engine/kernels/requant/bytes_avx512.inl"

namespace samara::kernels {
namespace {

struct X {
  using V = __m512i;
  static constexpr int kLanes = 16, kB = 64, kStep = 4, kRows = 12;
  SAMARA_INLINE static V load(const int32_t* p) { return _mm512_loadu_si512(p); }
  SAMARA_INLINE static void store(int32_t* p, V v) { _mm512_storeu_si512(p, v); }
  SAMARA_INLINE static V left(const char* p) {
    int32_t four;
    std::memcpy(&four, p, 4);
    return _mm512_set1_epi32(four);
  }
  SAMARA_INLINE static V right(const int8_t* p) { return _mm512_loadu_si512(p); }
  // Written out because g++ 12 copies the accumulator around its intrinsic.
  SAMARA_INLINE static void dot(V& sum, V left, V right) {
    asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(left), "v"(right));
  }

  static constexpr bool kMakesBytes = true;
  /// Stores vector i of four, of `size` bytes of which `n` are wanted.
  template <int i>
  SAMARA_INLINE static void chunk(uint8_t* out, V bytes, int n) {
    const __mmask16 some = __mmask16(n < 16 ? (1u << n) - 1 : 0xffff);
    _mm_mask_storeu_epi8(out, some, _mm512_extracti32x4_epi32(bytes, i));
  }
  /// Four vectors make one of bytes, in which each has 16 beside each other.
  template <int kRows, int kPanels, class Rounding>
  SAMARA_INLINE static void put_four(const Rounding (&rounding)[kPanels], const ToBytes& to_bytes,
                                     const V (&sum)[kRows][kPanels], int first, uint8_t* out,
                                     ptrdiff_t stride, int n) {
    V y[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      const int v = first + i < kRows * kPanels ? first + i : first;
      y[i] = rounding[v % kPanels](sum[v / kPanels][v % kPanels]);
    }
    const V order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const V bytes = _mm512_permutexvar_epi32(order, to_bytes(y));
    constexpr int kAll = kRows * kPanels;
    const auto at = [&](int i) {
      return out + (first + i) / kPanels * stride + (first + i) % kPanels * 16;
    };
    const auto left = [&](int i) { return n - (first + i) % kPanels * 16; };
    if (n >= 16 * kPanels && kPanels == 4) return _mm512_storeu_si512(at(0), bytes);
    if (n >= 16 * kPanels && kPanels == 2) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(at(0)), _mm512_castsi512_si256(bytes));
      if (first + 2 < kAll)
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(at(2)), _mm512_extracti64x4_epi64(bytes, 1));
      return;
    }
    if (left(0) > 0) chunk<0>(at(0), bytes, left(0));
    if (first + 1 < kAll && left(1) > 0) chunk<1>(at(1), bytes, left(1));
    if (first + 2 < kAll && left(2) > 0) chunk<2>(at(2), bytes, left(2));
    if (first + 3 < kAll && left(3) > 0) chunk<3>(at(3), bytes, left(3));
  }
  template <int kRows, int kPanels>
  SAMARA_INLINE static void put(const GemmI8Call& c, int row, int panel,
                                const V (&sum)[kRows][kPanels]) {
    const ByteResult& b = *c.bytes;
    const ToBytes to_bytes(b);
    Once rounding[kPanels];
    const int n = c.n - panel * 16;
#pragma GCC unroll 4
    for (int p = 0; p < kPanels; ++p) {
      const int some = n - p * 16;
      const __mmask16 mask = __mmask16(some >= 16 ? 0xffff : some > 0 ? (1u << some) - 1 : 0);
      rounding[p].scale = _mm512_maskz_loadu_ps(mask, b.scale + panel * 16 + p * 16);
    }
    uint8_t* out = b.out + row * b.stride + panel * 16;
#pragma GCC unroll 8
    for (int first = 0; first < kRows * kPanels; first += 4)
      put_four(rounding, to_bytes, sum, first, out, b.stride, n);
  }
};

}  // namespace
}  // namespace samara::kernels

#include "engine/kernels/gemm_i8/gemm_i8_x86.inl"

namespace samara::kernels {
namespace {

void left(void* to, const uint8_t* from, size_t n, uint8_t flip) {
  auto* out = static_cast<uint8_t*>(to);
  const __m512i f = _mm512_set1_epi8(char(flip));
  for (; n >= 64; n -= 64, from += 64, out += 64)
    _mm512_storeu_si512(out, _mm512_xor_si512(_mm512_loadu_si512(from), f));
  if (n) {
    const __mmask64 some = (__mmask64{1} << n) - 1;
    const __m512i v = _mm512_xor_si512(_mm512_maskz_loadu_epi8(some, from), f);
    _mm512_mask_storeu_epi8(out, some, v);
  }
}

/// As sum(), with the rest of a row in one masked load: rows are short where channels are few.
int32_t sum_bytes(const void* a, int k) {
  const auto* at = static_cast<const uint8_t*>(a);
  __m512i sums = _mm512_setzero_si512();
  const __m512i ones = _mm512_set1_epi8(1);
  for (; k >= 64; k -= 64, at += 64) X::dot(sums, _mm512_loadu_si512(at), ones);
  if (k) X::dot(sums, _mm512_maskz_loadu_epi8((__mmask64{1} << k) - 1, at), ones);
  return _mm512_reduce_add_epi32(sums);
}

}  // namespace

extern constinit const GemmI8 gemm_i8_avx512vnni{LeftForm::u8, 12,   16,        4,   4,
                                                 run,          left, sum_bytes, true};

}  // namespace samara::kernels

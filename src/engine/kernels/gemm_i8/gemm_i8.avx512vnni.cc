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

  static constexpr bool kMakesResults = true;
  /// The first `n` lanes, none where it is negative.
  SAMARA_INLINE static __mmask16 first(int n) {
    return __mmask16(n >= 16 ? 0xffff : n > 0 ? (1u << n) - 1 : 0);
  }
  /// Stores vector i of four, of 16 bytes of which `n` are wanted.
  template <int i>
  SAMARA_INLINE static void chunk(uint8_t* out, V bytes, int n) {
    const __m128i x = _mm512_extracti32x4_epi32(bytes, i);
    if (n >= 16) return _mm_storeu_si128(reinterpret_cast<__m128i*>(out), x);
    if (n == 8) return _mm_storel_epi64(reinterpret_cast<__m128i*>(out), x);
    _mm_mask_storeu_epi8(out, first(n), x);
  }
  /// Four vectors make one of bytes, in which each has 16 beside each other.
  template <int kRows, int kPanels>
  SAMARA_INLINE static void put_four(const Once (&rounding)[kPanels], const ToBytes& to_bytes,
                                     const V (&sum)[kRows][kPanels], int at, uint8_t* out,
                                     ptrdiff_t stride, int n) {
    V y[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i)
      y[i] = rounding[(at + i) % kPanels](sum[(at + i) / kPanels][(at + i) % kPanels]);
    const V order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const V bytes = _mm512_permutexvar_epi32(order, to_bytes(y));
    if constexpr (kPanels == 2) {
      if (n >= 32) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm512_castsi512_si256(bytes));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + stride),
                            _mm512_extracti64x4_epi64(bytes, 1));
        return;
      }
      chunk<0>(out, bytes, n);
      chunk<1>(out + 16, bytes, n - 16);
      chunk<2>(out + stride, bytes, n);
      chunk<3>(out + stride + 16, bytes, n - 16);
    } else {
      chunk<0>(out, bytes, n);
      chunk<1>(out + stride, bytes, n);
      chunk<2>(out + 2 * stride, bytes, n);
      chunk<3>(out + 3 * stride, bytes, n);
    }
  }
  template <int kRows, int kPanels>
  SAMARA_INLINE static void put_bytes(const ByteResult& b, const V (&sum)[kRows][kPanels], int n) {
    const ToBytes to_bytes(b);
    Once rounding[kPanels];
#pragma GCC unroll 2
    for (int p = 0; p < kPanels; ++p)
      rounding[p].scale = _mm512_maskz_loadu_ps(first(n - p * 16), b.scale + p * 16);
    uint8_t* out = b.out;
#pragma GCC unroll 8
    for (int at = 0; at < kRows * kPanels; at += 4, out += 4 / kPanels * b.stride)
      put_four(rounding, to_bytes, sum, at, out, b.stride, n);
  }
  /// Parameters of 16 channels, of which `n` are wanted.
  struct Floats {
    __m512 scale, bias;
    V weights;
    __mmask16 some;
    SAMARA_INLINE Floats(const FloatResult& f, int channel, int n) : some(first(n)) {
      scale = _mm512_maskz_loadu_ps(some, f.scale + channel);
      bias = f.bias ? _mm512_maskz_loadu_ps(some, f.bias + channel) : _mm512_setzero_ps();
      weights = _mm512_maskz_loadu_epi32(some, f.weight_sums + channel);
    }
    SAMARA_INLINE void put(const FloatResult& f, int row, int channel, V sum) const {
      const RowQuant& quant = f.rows[row * f.rows_step];
      const V zero = _mm512_set1_epi32(quant.zero + f.shift);
      const __m512 by = _mm512_set1_ps(quant.scale);
      const __m512 x = _mm512_cvtepi32_ps(_mm512_sub_epi32(sum, _mm512_mullo_epi32(weights, zero)));
      const __m512 y = _mm512_fmadd_ps(_mm512_mul_ps(x, by), scale, bias);
      const __m512 bounded =
          _mm512_min_ps(_mm512_set1_ps(f.high), _mm512_max_ps(_mm512_set1_ps(f.low), y));
      _mm512_mask_storeu_ps(f.out + row * f.stride + channel, some, bounded);
    }
  };
  template <int kTileRows>
  SAMARA_INLINE static void put_floats(const FloatResult& f, int row, int channel,
                                       const V (&sum)[kTileRows][2], int n) {
    const Floats left(f, channel, n), right(f, channel + 16, n - 16);
#pragma GCC unroll 16
    for (int i = 0; i < kTileRows; ++i) {
      left.put(f, row + i, channel, sum[i][0]);
      right.put(f, row + i, channel + 16, sum[i][1]);
    }
  }
  /// Sums in memory, `stride` from row to row, of 16 channels.
  template <class Rounding>
  SAMARA_INLINE static void put_row_bytes(const ByteResult& b, const Rounding& rounding,
                                          const int32_t* sums, int stride, int rows, int n) {
    const V zero = _mm512_set1_epi32(b.zero);
    const V low = _mm512_set1_epi32(b.low), high = _mm512_set1_epi32(b.high);
    for (int i = 0; i < rows; ++i) {
      const V y = _mm512_add_epi32(rounding(load(sums + i * stride)), zero);
      const __m128i x = _mm512_cvtepi32_epi8(_mm512_min_epi32(_mm512_max_epi32(y, low), high));
      chunk<0>(b.out + i * b.stride, _mm512_castsi128_si512(x), n);
    }
  }
  /// Tiles that are rare, and rounding twice, which wants more registers than there are.
  [[gnu::noinline]] static void put_rows(const GemmI8Call& c, int row, int panel,
                                         const int32_t* sums, int rows, int panels) {
    asm("" : "+r"(rows), "+r"(panels));  // so that g++ makes no copy for every pair of these
    const int stride = panels * 16;
    for (int p = 0; p < panels; ++p, sums += 16) {
      const int channel = (panel + p) * 16, n = c.n - channel;
      const __mmask16 some = first(n);
      if (c.floats) {
        const Floats f(*c.floats, channel, n);
        for (int i = 0; i < rows; ++i) f.put(*c.floats, row + i, channel, load(sums + i * stride));
        continue;
      }
      const ByteResult b = c.bytes->from(row, channel);
      if (b.scale) {
        const Once once{_mm512_maskz_loadu_ps(some, b.scale)};
        put_row_bytes(b, once, sums, stride, rows, n);
      } else {
        const V none = _mm512_setzero_si512();
        const V right = _mm512_sub_epi32(none, _mm512_maskz_loadu_epi32(some, b.shift));
        const TwiceSmall twice(_mm512_maskz_loadu_epi32(some, b.multiplier), right, none);
        put_row_bytes(b, twice, sums, stride, rows, n);
      }
    }
  }
  template <int kTileRows, int kPanels>
  SAMARA_INLINE static void put(const GemmI8Call& c, int row, int panel,
                                const V (&sum)[kTileRows][kPanels]) {
    const int n = c.n - panel * 16;
    if constexpr (kTileRows == kRows) {
      if (c.bytes && c.bytes->scale) return put_bytes(c.bytes->from(row, panel * 16), sum, n);
      if constexpr (kPanels == 2) {
        if (c.floats) return put_floats(*c.floats, row, panel * 16, sum, n);
      }
    }
    alignas(64) int32_t sums[kTileRows * kPanels * 16];
#pragma GCC unroll 16
    for (int i = 0; i < kTileRows; ++i)
#pragma GCC unroll 4
      for (int p = 0; p < kPanels; ++p) store(sums + (i * kPanels + p) * 16, sum[i][p]);
    put_rows(c, row, panel, sums, kTileRows, kPanels);
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

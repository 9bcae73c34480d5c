// AVX-512 with VNNI: vpdpbusd takes unsigned bytes on the left, 4 k a lane.
#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace {

struct X {
  using V = __m512i;
  static constexpr int kLanes = 16, kB = 64, kStep = 4, kRows = 12;
  [[gnu::always_inline]] static inline V load(const int32_t* p) { return _mm512_loadu_si512(p); }
  [[gnu::always_inline]] static inline void store(int32_t* p, V v) { _mm512_storeu_si512(p, v); }
  [[gnu::always_inline]] static inline V left(const char* p) {
    int32_t four;
    std::memcpy(&four, p, 4);
    return _mm512_set1_epi32(four);
  }
  [[gnu::always_inline]] static inline V right(const int8_t* p) { return _mm512_loadu_si512(p); }
  // Written out because g++ 12 copies the accumulator around its intrinsic.
  [[gnu::always_inline]] static inline void dot(V& sum, V left, V right) {
    asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(left), "v"(right));
  }
};

}  // namespace

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

extern constinit const GemmI8 gemm_i8_avx512vnni{LeftForm::u8, 12, 16, 4, 4, run, left, sum_bytes};

}  // namespace samara::kernels

// AVX-VNNI: vpdpbusd on 256 bits, unsigned bytes on the left, 4 k a lane.
#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace {

struct X {
  using V = __m256i;
  static constexpr int kLanes = 8, kB = 32, kStep = 4, kRows = 6;
  [[gnu::always_inline]] static inline V load(const int32_t* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  [[gnu::always_inline]] static inline void store(int32_t* p, V v) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), v);
  }
  [[gnu::always_inline]] static inline V left(const char* p) {
    int32_t four;
    std::memcpy(&four, p, 4);
    return _mm256_set1_epi32(four);
  }
  [[gnu::always_inline]] static inline V right(const int8_t* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  [[gnu::always_inline]] static inline void dot(V& sum, V left, V right) {
    asm("%{vex%} vpdpbusd %2, %1, %0" : "+x"(sum) : "x"(left), "x"(right));
  }
};

}  // namespace

#include "engine/kernels/gemm_i8/gemm_i8_x86.inl"

namespace samara::kernels {
namespace {

void left(void* to, const uint8_t* from, size_t n, uint8_t flip) {
  auto* out = static_cast<uint8_t*>(to);
  const __m256i f = _mm256_set1_epi8(char(flip));
  for (; n >= 32; n -= 32, from += 32, out += 32) {
    const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm256_xor_si256(v, f));
  }
  for (size_t i = 0; i < n; ++i) out[i] = from[i] ^ flip;
}

}  // namespace

extern constinit const GemmI8 gemm_i8_avxvnni{LeftForm::u8, 6, 8, 4, 4, run, left, sum};

}  // namespace samara::kernels

// AVX2: vpmaddwd on 16-bit values, 2 k a lane; for 8- and 16-bit activations.
#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace {

struct X {
  using V = __m256i;
  static constexpr int kLanes = 8, kB = 16, kStep = 2, kRows = 6;
  [[gnu::always_inline]] static inline V load(const int32_t* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  [[gnu::always_inline]] static inline void store(int32_t* p, V v) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), v);
  }
  [[gnu::always_inline]] static inline V left(const char* p) {
    int32_t two;
    std::memcpy(&two, p, 4);
    return _mm256_set1_epi32(two);
  }
  [[gnu::always_inline]] static inline V right(const int8_t* p) {
    return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  [[gnu::always_inline]] static inline void dot(V& sum, V left, V right) {
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(left, right));
  }
};

}  // namespace

#include "engine/kernels/gemm_i8/gemm_i8_x86.inl"

namespace samara::kernels {
namespace {

void left(void* to, const uint8_t* from, size_t n, uint8_t flip) {
  auto* out = static_cast<int16_t*>(to);
  const __m128i f = _mm_set1_epi8(char(flip));
  for (; n >= 16; n -= 16, from += 16, out += 16) {
    const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm256_cvtepi8_epi16(_mm_xor_si128(v, f)));
  }
  for (size_t i = 0; i < n; ++i) out[i] = int8_t(from[i] ^ flip);
}

}  // namespace

extern constinit const GemmI8 gemm_i8_avx2{LeftForm::s16, 6, 8, 2, 2, run, left, sum};

}  // namespace samara::kernels

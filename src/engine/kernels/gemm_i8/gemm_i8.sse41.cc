// SSE4.1: pmaddwd on 16-bit values, 2 k a lane; for 8- and 16-bit activations.
#include <smmintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace {

struct X {
  using V = __m128i;
  static constexpr int kLanes = 4, kB = 8, kStep = 2, kRows = 4;
  [[gnu::always_inline]] static inline V load(const int32_t* p) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  }
  [[gnu::always_inline]] static inline void store(int32_t* p, V v) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), v);
  }
  [[gnu::always_inline]] static inline V left(const char* p) {
    int32_t two;
    std::memcpy(&two, p, 4);
    return _mm_set1_epi32(two);
  }
  [[gnu::always_inline]] static inline V right(const int8_t* p) {
    return _mm_cvtepi8_epi16(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
  }
  [[gnu::always_inline]] static inline void dot(V& sum, V left, V right) {
    sum = _mm_add_epi32(sum, _mm_madd_epi16(left, right));
  }
};

}  // namespace

#include "engine/kernels/gemm_i8/gemm_i8_x86.inl"

namespace samara::kernels {
namespace {

void left(void* to, const uint8_t* from, size_t n, uint8_t flip) {
  auto* out = static_cast<int16_t*>(to);
  const __m128i f = _mm_set1_epi8(char(flip));
  for (; n >= 8; n -= 8, from += 8, out += 8) {
    const __m128i v = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_cvtepi8_epi16(_mm_xor_si128(v, f)));
  }
  for (size_t i = 0; i < n; ++i) out[i] = int8_t(from[i] ^ flip);
}

}  // namespace

extern constinit const GemmI8 gemm_i8_sse41{LeftForm::s16, 4, 4, 2, 2, run, left, sum};

}  // namespace samara::kernels

// AVX-512 with VNNI for 16-bit activations: vpdpwssd, 2 k a lane.
#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace {

struct X {
  using V = __m512i;
  static constexpr int kLanes = 16, kB = 32, kStep = 2, kRows = 12;
  [[gnu::always_inline]] static inline V load(const int32_t* p) { return _mm512_loadu_si512(p); }
  [[gnu::always_inline]] static inline void store(int32_t* p, V v) { _mm512_storeu_si512(p, v); }
  [[gnu::always_inline]] static inline V left(const char* p) {
    int32_t two;
    std::memcpy(&two, p, 4);
    return _mm512_set1_epi32(two);
  }
  [[gnu::always_inline]] static inline V right(const int8_t* p) {
    return _mm512_cvtepi8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
  }
  [[gnu::always_inline]] static inline void dot(V& sum, V left, V right) {
    asm("vpdpwssd %2, %1, %0" : "+v"(sum) : "v"(left), "v"(right));
  }
};

}  // namespace

#include "engine/kernels/gemm_i8/gemm_i8_x86.inl"
#include "engine/kernels/gemm_i8/left_s16_avx512.inl"

namespace samara::kernels {

extern constinit const GemmI8 gemm_i16_avx512vnni{LeftForm::s16, 12, 16, 2, 2, run, left, sum};

}  // namespace samara::kernels

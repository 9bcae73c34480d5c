// Bytes to 16-bit left values, AVX-512.
#include "engine/kernels/gemm_i8/gemm_i8_types.h"

namespace samara::kernels {
namespace {

void left(void* to, const uint8_t* from, size_t n, uint8_t flip) {
  auto* out = static_cast<int16_t*>(to);
  const __m256i f = _mm256_set1_epi8(char(flip));
  for (; n >= 32; n -= 32, from += 32, out += 32) {
    const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    _mm512_storeu_si512(out, _mm512_cvtepi8_epi16(_mm256_xor_si256(v, f)));
  }
  if (n) {
    const __mmask32 some = (__mmask32{1} << n) - 1;
    const __m256i v = _mm256_xor_si256(_mm256_maskz_loadu_epi8(some, from), f);
    _mm512_mask_storeu_epi16(out, some, _mm512_cvtepi8_epi16(v));
  }
}

}  // namespace
}  // namespace samara::kernels

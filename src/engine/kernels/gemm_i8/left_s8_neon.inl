// Bytes to signed bytes, NEON.
#include <arm_neon.h>

#include "engine/kernels/gemm_i8/gemm_i8_types.h"

namespace samara::kernels {
namespace {

void left(void* to, const uint8_t* from, size_t n, uint8_t flip) {
  auto* out = static_cast<uint8_t*>(to);
  const uint8x16_t f = vdupq_n_u8(flip);
  for (; n >= 16; n -= 16, from += 16, out += 16) vst1q_u8(out, veorq_u8(vld1q_u8(from), f));
  for (size_t i = 0; i < n; ++i) out[i] = from[i] ^ flip;
}

}  // namespace
}  // namespace samara::kernels

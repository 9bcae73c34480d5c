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

int32_t sum(const void* a, int k) {
  const auto* values = static_cast<const int8_t*>(a);
  int32x4_t sums = vdupq_n_s32(0);
  int i = 0;
  for (; i + 16 <= k; i += 16) sums = vpadalq_s16(sums, vpaddlq_s8(vld1q_s8(values + i)));
  int32_t total = vaddvq_s32(sums);
  for (; i < k; ++i) total += values[i];
  return total;
}

}  // namespace
}  // namespace samara::kernels

// NEON: widening multiply-accumulate by lane on 16-bit values; for 8- and 16-bit activations, on
// ARMv7 and ARM64.
#include <arm_neon.h>

#include "engine/kernels/gemm_i8/gemm_i8_types.h"

namespace samara::kernels {
namespace {

struct X {
#if defined(__aarch64__)
  static constexpr int kRows = 8;
#else
  static constexpr int kRows = 4;
#endif
  template <int kTile>
  static void tile(const GemmI8Call& c, int panel, int row, int rows) {
    int32x4_t low[kTile], high[kTile];
    const int16_t* a[kTile];
    for (int i = 0; i < kTile; ++i) {
      const int at = row + (i < rows ? i : rows - 1);
      const int32_t* init = c.init + at * c.init_stride + panel * 8;
      low[i] = vld1q_s32(init);
      high[i] = vld1q_s32(init + 4);
      a[i] = reinterpret_cast<const int16_t*>(static_cast<const char*>(c.a) + at * c.a_stride);
    }
    const int8_t* b = c.b + panel * c.b_stride;
    for (int k = 0; k < c.k; k += 4) {
      int16x4_t left[kTile];
#pragma GCC unroll 8
      for (int i = 0; i < kTile; ++i) left[i] = vld1_s16(a[i] + k);
      step<0>(low, high, left, b);
      step<1>(low, high, left, b + 8);
      step<2>(low, high, left, b + 16);
      step<3>(low, high, left, b + 24);
      b += 32;
    }
    for (int i = 0; i < rows; ++i) {
      int32_t* out = c.c + (row + i) * c.c_stride + panel * 8;
      vst1q_s32(out, low[i]);
      vst1q_s32(out + 4, high[i]);
    }
  }
  template <int kLane, size_t kTile>
  [[gnu::always_inline]] static inline void step(int32x4_t (&low)[kTile], int32x4_t (&high)[kTile],
                                                 const int16x4_t (&left)[kTile], const int8_t* b) {
    const int16x8_t right = vmovl_s8(vld1_s8(b));
#pragma GCC unroll 8
    for (size_t i = 0; i < kTile; ++i) {
      low[i] = vmlal_lane_s16(low[i], vget_low_s16(right), left[i], kLane);
      high[i] = vmlal_lane_s16(high[i], vget_high_s16(right), left[i], kLane);
    }
  }
};

}  // namespace
}  // namespace samara::kernels

#include "engine/kernels/gemm_i8/gemm_i8_arm.inl"

namespace samara::kernels {
namespace {

void left(void* to, const uint8_t* from, size_t n, uint8_t flip) {
  auto* out = static_cast<int16_t*>(to);
  const uint8x8_t f = vdup_n_u8(flip);
  for (; n >= 8; n -= 8, from += 8, out += 8)
    vst1q_s16(out, vmovl_s8(vreinterpret_s8_u8(veor_u8(vld1_u8(from), f))));
  for (size_t i = 0; i < n; ++i) out[i] = int8_t(from[i] ^ flip);
}

int32_t sum(const void* a, int k) {
  const auto* values = static_cast<const int16_t*>(a);
  int32x4_t sums = vdupq_n_s32(0);
  for (int i = 0; i < k; i += 4) sums = vaddw_s16(sums, vld1_s16(values + i));
  int32_t lanes[4];
  vst1q_s32(lanes, sums);
  return lanes[0] + lanes[1] + lanes[2] + lanes[3];
}

}  // namespace

extern constinit const GemmI8 gemm_i8_neon{LeftForm::s16, X::kRows, 8, 1, 4, run, left, sum};

}  // namespace samara::kernels

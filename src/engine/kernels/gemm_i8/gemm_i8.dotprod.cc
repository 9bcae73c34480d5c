// ARM64 with dot products: sdot by lane, 4 k a lane.
#include <arm_neon.h>

#include "engine/kernels/gemm_i8/gemm_i8_types.h"

namespace samara::kernels {
namespace {

struct X {
  static constexpr int kRows = 8;
  template <int kTile>
  static void tile(const GemmI8Call& c, int panel, int row, int rows) {
    int32x4_t low[kTile], high[kTile];
    const int8_t* a[kTile];
    for (int i = 0; i < kTile; ++i) {
      const int at = row + (i < rows ? i : rows - 1);
      const int32_t* init = c.init + at * c.init_stride + panel * 8;
      low[i] = vld1q_s32(init);
      high[i] = vld1q_s32(init + 4);
      a[i] = static_cast<const int8_t*>(c.a) + at * c.a_stride;
    }
    const int8_t* b = c.b + panel * c.b_stride;
    for (int k = 0; k < c.k; k += 16) {
      int8x16_t left[kTile];
#pragma GCC unroll 8
      for (int i = 0; i < kTile; ++i) left[i] = vld1q_s8(a[i] + k);
      step<0>(low, high, left, b);
      step<1>(low, high, left, b + 32);
      step<2>(low, high, left, b + 64);
      step<3>(low, high, left, b + 96);
      b += 128;
    }
    for (int i = 0; i < rows; ++i) {
      int32_t* out = c.c + (row + i) * c.c_stride + panel * 8;
      vst1q_s32(out, low[i]);
      vst1q_s32(out + 4, high[i]);
    }
  }
  template <int kLane, size_t kTile>
  [[gnu::always_inline]] static inline void step(int32x4_t (&low)[kTile], int32x4_t (&high)[kTile],
                                                 const int8x16_t (&left)[kTile], const int8_t* b) {
    const int8x16_t b0 = vld1q_s8(b), b1 = vld1q_s8(b + 16);
#pragma GCC unroll 8
    for (size_t i = 0; i < kTile; ++i) {
      low[i] = vdotq_laneq_s32(low[i], b0, left[i], kLane);
      high[i] = vdotq_laneq_s32(high[i], b1, left[i], kLane);
    }
  }
};

}  // namespace
}  // namespace samara::kernels

#include "engine/kernels/gemm_i8/gemm_i8_arm.inl"
#include "engine/kernels/gemm_i8/left_s8_neon.inl"

namespace samara::kernels {

extern constinit const GemmI8 gemm_i8_dotprod{LeftForm::s8, X::kRows, 8, 4, 16, run, left, sum};

}  // namespace samara::kernels

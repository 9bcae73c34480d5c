// ARM64 with matrix multiplication: smmla, 2 rows by 8 k times 8 k by 2 columns.
#include <arm_neon.h>

#include "engine/kernels/gemm_i8/gemm_i8_types.h"

namespace samara::kernels {
namespace {

struct X {
  static constexpr int kRows = 8;
  template <int kTile>
  static void tile(const GemmI8Call& c, int panel, int row, int rows) {
    constexpr int kPairs = kTile / 2;
    int32x4_t sum[kPairs][4];  // rows 2i, 2i + 1 by columns 2j, 2j + 1
    const int8_t* a[kTile];
    for (int i = 0; i < kTile; ++i) {
      const int at = row + (i < rows ? i : rows - 1);
      a[i] = static_cast<const int8_t*>(c.a) + at * c.a_stride;
      const int32_t* init = c.init + at * c.init_stride + panel * 8;
      for (int j = 0; j < 4; ++j) {
        const int32x2_t two = vld1_s32(init + 2 * j);
        sum[i / 2][j] =
            i % 2 ? vcombine_s32(vget_low_s32(sum[i / 2][j]), two) : vcombine_s32(two, two);
      }
    }
    const int8_t* b = c.b + panel * c.b_stride;
    for (int k = 0; k < c.k; k += 8, b += 64) {
      const int8x16_t b0 = vld1q_s8(b), b1 = vld1q_s8(b + 16);
      const int8x16_t b2 = vld1q_s8(b + 32), b3 = vld1q_s8(b + 48);
#pragma GCC unroll 4
      for (int i = 0; i < kPairs; ++i) {
        const int8x16_t left = vcombine_s8(vld1_s8(a[2 * i] + k), vld1_s8(a[2 * i + 1] + k));
        sum[i][0] = vmmlaq_s32(sum[i][0], left, b0);
        sum[i][1] = vmmlaq_s32(sum[i][1], left, b1);
        sum[i][2] = vmmlaq_s32(sum[i][2], left, b2);
        sum[i][3] = vmmlaq_s32(sum[i][3], left, b3);
      }
    }
    for (int i = 0; i < rows; ++i) {
      int32_t* out = c.c + (row + i) * c.c_stride + panel * 8;
      for (int j = 0; j < 4; ++j) {
        const int32x4_t s = sum[i / 2][j];
        vst1_s32(out + 2 * j, i % 2 ? vget_high_s32(s) : vget_low_s32(s));
      }
    }
  }
};

}  // namespace
}  // namespace samara::kernels

#include "engine/kernels/gemm_i8/gemm_i8_arm.inl"
#include "engine/kernels/gemm_i8/left_s8_neon.inl"

namespace samara::kernels {

extern constinit const GemmI8 gemm_i8_i8mm{LeftForm::s8, X::kRows, 8, 8, 8, run, left, sum};

}  // namespace samara::kernels

// Four values of each row are loaded at once and multiplied by lane, so that a step over k costs a
// quarter load a row. ARM64 has registers for 8 x 8 accumulators, ARMv7 for 4 x 8.
#include <arm_neon.h>

#include "engine/kernels/gemm_f32/gemm_f32_types.h"

namespace samara::kernels {
namespace {

#define SAMARA_INLINE [[gnu::always_inline]] static inline

#if defined(__aarch64__)
constexpr size_t kRows = 8;
template <bool Fused, int Lane>
SAMARA_INLINE float32x4_t add_lane(float32x4_t acc, float32x4_t w, float32x4_t x) {
  if constexpr (Fused) return vfmaq_laneq_f32(acc, w, x, Lane);
  return vaddq_f32(acc, vmulq_laneq_f32(w, x, Lane));
}
#else
constexpr size_t kRows = 4;
template <bool, int Lane>
SAMARA_INLINE float32x4_t add_lane(float32x4_t acc, float32x4_t w, float32x4_t x) {
  if constexpr (Lane < 2)
    return vaddq_f32(acc, vmulq_lane_f32(w, vget_low_f32(x), Lane));
  else
    return vaddq_f32(acc, vmulq_lane_f32(w, vget_high_f32(x), Lane - 2));
}
#endif

template <bool Fused>
SAMARA_INLINE float32x4_t add_one(float32x4_t acc, float32x4_t w, float x) {
#if defined(__aarch64__)
  if constexpr (Fused) return vfmaq_n_f32(acc, w, x);
#endif
  return vaddq_f32(acc, vmulq_n_f32(w, x));
}

template <size_t Rows, size_t Vectors>
struct Accumulators {
  float32x4_t v[Rows][Vectors];
};

/// One step over k: the weights at b by lane Lane of each row's values.
template <bool Fused, int Lane, size_t Rows, size_t Vectors>
SAMARA_INLINE void step(Accumulators<Rows, Vectors>& acc, const float* b,
                        const float32x4_t (&x)[Rows]) {
  float32x4_t w[Vectors];
#pragma GCC unroll 8
  for (size_t j = 0; j < Vectors; ++j) w[j] = vld1q_f32(b + (Lane * Vectors + j) * 4);
#pragma GCC unroll 8
  for (size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 8
    for (size_t j = 0; j < Vectors; ++j)
      acc.v[r][j] = add_lane<Fused, Lane>(acc.v[r][j], w[j], x[r]);
}

SAMARA_INLINE void store_upto(float* c, float32x4_t v, size_t n) {
  if (n >= 4) return vst1q_f32(c, v);
  float buffer[4];
  vst1q_f32(buffer, v);
  for (size_t i = 0; i < n; ++i) c[i] = buffer[i];
}

template <bool Fused, size_t Rows, size_t Vectors>
void tile(const GemmF32Tile& t) {
  Accumulators<Rows, Vectors> acc;
#pragma GCC unroll 8
  for (size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 8
    for (size_t j = 0; j < Vectors; ++j)
      acc.v[r][j] = Fused ? vld1q_f32(t.panel + j * 4) : vdupq_n_f32(0);
  const float* b = t.panel + Vectors * 4;

  for (size_t tap = 0; tap < t.taps; ++tap) {
    const float* const* a = t.a + tap * Rows;
    size_t i = 0;
    for (; i + 4 <= t.k; i += 4, b += Vectors * 16) {
      float32x4_t x[Rows];
#pragma GCC unroll 8
      for (size_t r = 0; r < Rows; ++r) x[r] = vld1q_f32(a[r] + i);
      step<Fused, 0>(acc, b, x);
      step<Fused, 1>(acc, b, x);
      step<Fused, 2>(acc, b, x);
      step<Fused, 3>(acc, b, x);
    }
    for (; i < t.k; ++i, b += Vectors * 4)
#pragma GCC unroll 8
      for (size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 8
        for (size_t j = 0; j < Vectors; ++j)
          acc.v[r][j] = add_one<Fused>(acc.v[r][j], vld1q_f32(b + j * 4), a[r][i]);
  }

  const float32x4_t lo = vdupq_n_f32(t.lo), hi = vdupq_n_f32(t.hi);
#pragma GCC unroll 8
  for (size_t r = 0; r < Rows; ++r) {
    float* c = t.c + r * t.c_stride;
#pragma GCC unroll 8
    for (size_t j = 0; j < Vectors; ++j) {
      const size_t left = t.cols > j * 4 ? t.cols - j * 4 : 0;
      const float32x4_t sum =
          Fused ? acc.v[r][j] : vaddq_f32(acc.v[r][j], vld1q_f32(t.panel + j * 4));
      store_upto(c + j * 4, vminq_f32(vmaxq_f32(sum, lo), hi), left);
    }
  }
}

/// Calls tile<Fused, t.rows, Vectors>.
template <bool Fused, size_t Vectors, size_t Rows = kRows>
void any_rows(const GemmF32Tile& t) {
  if constexpr (Rows == 1)
    tile<Fused, 1, Vectors>(t);
  else if (t.rows == Rows)
    tile<Fused, Rows, Vectors>(t);
  else
    any_rows<Fused, Vectors, Rows - 1>(t);
}

}  // namespace

constinit const GemmF32 gemm_f32_neon = {
    .rows = kRows,
    .width = 8,
    .narrow = 4,
    .tile = any_rows<false, 2>,
    .narrow_tile = any_rows<false, 1>,
#if defined(__aarch64__)
    .fused_tile = any_rows<true, 2>,
    .fused_narrow_tile = any_rows<true, 1>,
#endif
};

}  // namespace samara::kernels

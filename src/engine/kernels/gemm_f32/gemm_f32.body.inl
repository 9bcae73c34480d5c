// Tiles of rows x vectors accumulators over simd/vec.h. The including file gives SAMARA_BODY, the
// name of its table, and SAMARA_ROWS, as many rows as its registers hold with two vectors each.
#include "engine/kernels/gemm_f32/gemm_f32_types.h"
#include "engine/kernels/simd/vec.h"

namespace samara::kernels {
namespace {

template <bool Fused, size_t Rows, size_t Vectors>
void tile(const GemmF32Tile& t) {
  F acc[Rows][Vectors];
#pragma GCC unroll 16
  for (size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 16
    for (size_t j = 0; j < Vectors; ++j) acc[r][j] = Fused ? load(t.panel + j * kLanes) : F{};
  const float* b = t.panel + Vectors * kLanes;

  for (size_t tap = 0; tap < t.taps; ++tap) {
    const float* a[Rows];
#pragma GCC unroll 16
    for (size_t r = 0; r < Rows; ++r) a[r] = t.a[tap * Rows + r];
    for (size_t i = 0; i < t.k; ++i, b += Vectors * kLanes) {
      F w[Vectors];
#pragma GCC unroll 16
      for (size_t j = 0; j < Vectors; ++j) w[j] = load(b + j * kLanes);
#pragma GCC unroll 16
      for (size_t r = 0; r < Rows; ++r) {
        const F x = all(a[r][i]);
#pragma GCC unroll 16
        for (size_t j = 0; j < Vectors; ++j) acc[r][j] = mac_as<Fused>(x, w[j], acc[r][j]);
      }
    }
  }

  const F lo = all(t.lo), hi = all(t.hi);
#pragma GCC unroll 16
  for (size_t r = 0; r < Rows; ++r) {
    float* c = t.c + r * t.c_stride;
#pragma GCC unroll 16
    for (size_t j = 0; j < Vectors; ++j) {
      const size_t left = t.cols > j * kLanes ? t.cols - j * kLanes : 0;
      const F sum = Fused ? acc[r][j] : acc[r][j] + load(t.panel + j * kLanes);
      store_upto(c + j * kLanes, smaller(hi, larger(lo, sum)), left);
    }
  }
}

/// Calls tile<Fused, t.rows, Vectors>.
template <bool Fused, size_t Vectors, size_t Rows = SAMARA_ROWS>
void any_rows(const GemmF32Tile& t) {
  if constexpr (Rows == 1)
    tile<Fused, 1, Vectors>(t);
  else if (t.rows == Rows)
    tile<Fused, Rows, Vectors>(t);
  else
    any_rows<Fused, Vectors, Rows - 1>(t);
}

}  // namespace

constinit const GemmF32 SAMARA_BODY = {
    .rows = SAMARA_ROWS,
    .width = 2 * kLanes,
    .narrow = kLanes,
    .tile = any_rows<false, 2>,
    .narrow_tile = any_rows<false, 1>,
#if defined(SAMARA_SIMD_FUSED)
    .fused_tile = any_rows<true, 2>,
    .fused_narrow_tile = any_rows<true, 1>,
#endif
};

}  // namespace samara::kernels

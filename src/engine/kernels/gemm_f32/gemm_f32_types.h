// What an ISA file of this family fills in. Included by ISA files, so nothing of std:: here.
#pragma once

#include <cstddef>

namespace samara::kernels {

/// A tile of the product: some rows (output pixels) by one panel of packed columns (channels).
///   c[row][col] = clamp(sum over tap, i of a[tap][row][i] * panel w[tap, i][col] + bias[col])
/// Each element is summed on its own in the order of (tap, i): by `tile` products and sums rounded one
/// by one and the bias last, as LiteRT's reference kernels have it, the same bits on every machine; by
/// `fused_tile` from the bias on, a product and its sum rounded once, as XNNPACK has it, the same
/// bits on every machine that can.
struct GemmF32Tile {
  size_t rows = 0;         // 1 to GemmF32::rows
  size_t cols = 0;         // columns to write: 1 to the panel's width
  size_t taps = 0, k = 0;  // a[tap * rows + row] points to k values
  const float* const* a = nullptr;
  const float* panel = nullptr;  // bias[width], then taps * k times [width]
  float* c = nullptr;
  size_t c_stride = 0;  // floats from row to row
  float lo = 0, hi = 0;
};

struct GemmF32 {
  size_t rows = 0;    // most rows of a tile
  size_t width = 0;   // columns of a panel
  size_t narrow = 0;  // columns of the last panel where so few are left
  void (*tile)(const GemmF32Tile&) = nullptr;
  void (*narrow_tile)(const GemmF32Tile&) = nullptr;
  void (*fused_tile)(const GemmF32Tile&) = nullptr;  // null where the instruction set cannot fuse
  void (*fused_narrow_tile)(const GemmF32Tile&) = nullptr;
};

#define SAMARA_VARIANT(object, isa) extern const GemmF32 object;
#include "engine/kernels/gemm_f32/variants.inc"
#undef SAMARA_VARIANT

}  // namespace samara::kernels

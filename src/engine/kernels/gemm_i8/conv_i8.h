// Convolutions and fully connected layers in integers: windows of the input go tile by tile through
// the matrix product, and each finished tile of sums to the caller's epilogue while it is in cache.
// There is no im2col copy of more than a tile: memory is a fixed 64 KiB of stack a thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/kernels/conv_geometry.h"
#include "engine/kernels/gemm_i8/gemm_i8_kernels.h"
#include "samara/base/function_ref.h"
#include "samara/base/thread_pool.h"

namespace samara::kernels {

constexpr int kMostTileRows = kGemmI8MaxRows;

/// A finished block of sums: `rows` output pixels by `n` channels.
struct SumTile {
  int64_t row = 0;  // first output pixel, in NHW order
  int rows = 0;
  int64_t channel = 0;  // first output channel, over all groups
  int64_t column = 0;   // the same in packed arrays (sums), where groups are padded
  int n = 0;
  const int32_t* sums = nullptr;       // 8-bit input; `stride` elements from row to row
  const int64_t* wide_sums = nullptr;  // 16-bit input
  ptrdiff_t stride = 0;
  const int32_t* left_sums = nullptr;  // per row: sum of the input values; null unless asked for
};

struct ConvI8 {
  ConvGeometry geometry;
  const GemmI8* kernel = nullptr;
  PackedI8 layout;
  bool input_u8 = false;   // else i8
  bool input_i16 = false;  // 16-bit input with 64-bit sums; its zero point is 0
  bool left_sums = false;

  /// `pads` holds the zero point (as in the tensor) that stands for padding, one for each image of
  /// the batch, or one for all where pad_step is 0. Where the kernel can, it makes `bytes` or
  /// `floats`, and the epilogue is not called.
  void run(const void* input, const void* packed, const int32_t* pads, int pad_step,
           ThreadPool& pool, FunctionRef<void(const SumTile&)> epilogue,
           const ByteResult* bytes = nullptr, const FloatResult* floats = nullptr) const;
};

/// A matrix of `rows` by k as the geometry of a 1x1 convolution.
ConvGeometry matrix_geometry(int32_t rows, int32_t k, int32_t n);

}  // namespace samara::kernels

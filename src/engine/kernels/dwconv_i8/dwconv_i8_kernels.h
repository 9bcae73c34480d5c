// Depthwise convolution in integers. Output pixels go in small groups through a variant, and each
// finished block of sums to the caller's epilogue while it is in cache.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/kernels/conv_geometry.h"
#include "engine/kernels/dwconv_i8/dwconv_i8_types.h"
#include "engine/kernels/gemm_i8/conv_i8.h"
#include "engine/kernels/variants.h"

namespace samara::kernels {

std::span<const Variant<DwI8>> dwconv_i8_variants();
const Variant<DwI8>& dwconv_i8(uint32_t isa = cpu_isa());

struct DepthwiseI8 {
  ConvGeometry geometry;  // groups is in_c
  const DwI8* kernel = nullptr;
  bool input_u8 = false;   // else i8
  bool input_i16 = false;  // 16-bit input, 64-bit sums, zero point 0

  int multiplier() const { return geometry.out_c / geometry.in_c; }
  /// Bytes of packed weights; -1 where they do not fit 64 bits.
  int64_t packed_bytes() const;
  /// Weights [taps][out_c] of a form, less their zero point.
  void pack(WeightForm form, const void* weights, int32_t weight_zero, void* memory) const;
  /// `pads` holds the input's zero point, one for each image or one for all where pad_step is 0;
  /// `zeros` at least in_c input elements of it, for each image of the batch where pad_step is 1.
  /// Sums start with `bias` where it is given; not for 16-bit input.
  struct Data {
    const void* input = nullptr;
    const void* packed = nullptr;
    const int32_t* bias = nullptr;
    const int32_t* pads = nullptr;
    int pad_step = 0;
    const void* zeros = nullptr;
  };
  void run(const Data& data, ThreadPool& pool, FunctionRef<void(const SumTile&)> epilogue) const;
};

}  // namespace samara::kernels

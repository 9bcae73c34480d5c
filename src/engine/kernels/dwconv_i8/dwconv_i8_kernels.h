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
/// The best variant for 8-bit input; `wide`: for 16-bit input, for weights that are beyond 8 bits
/// once their zero point is taken off, and for filters beyond what run_row() takes.
const Variant<DwI8>& dwconv_i8(bool wide, uint32_t isa = cpu_isa());

/// Whether variants of quads take the filter.
bool fits_rows(const ConvGeometry& g);

/// What is packed.
struct PackDw {
  WeightForm form = WeightForm::s8;
  const void* weights = nullptr;  // [taps][out_c]
  int32_t weight_zero = 0;        // u8 weights are stored - 128
  const int32_t* bias = nullptr;
  int32_t left_zero = 0;  // as the kernel sees it
};

struct DepthwiseI8 {
  ConvGeometry geometry;  // groups is in_c
  const DwI8* kernel = nullptr;
  bool input_u8 = false;   // else i8
  bool input_i16 = false;  // 16-bit input, 64-bit sums, zero point 0

  /// Takes the variant for the geometry and input. `weight_zero` as in PackDw.
  void choose(int32_t weight_zero, uint32_t isa = cpu_isa());
  int multiplier() const { return geometry.out_c / geometry.in_c; }
  /// A zero point of the input as the kernel sees it.
  int32_t inner_zero(int32_t zero_point) const;

  /// The packed form: weights, then by channel what sums start with, then sums of weights.
  int64_t packed_bytes() const;  // -1 where they do not fit 64 bits
  int64_t init_offset() const;
  int64_t sums_offset() const;
  void pack(const PackDw& what, void* memory) const;

  struct Data {
    const void* input = nullptr;
    const void* packed = nullptr;
    /// in_c elements of the input's zero point, for padding; one such row for each image of the
    /// batch where `zeros_each`.
    const void* zeros = nullptr;
    bool zeros_each = false;
  };
  /// Where the variant can, it makes `bytes`, and the epilogue is not called.
  void run(const Data& data, ThreadPool& pool, FunctionRef<void(const SumTile&)> epilogue,
           const ByteResult* bytes = nullptr) const;

 private:
  void run_rows(const Data& data, ThreadPool& pool, FunctionRef<void(const SumTile&)> epilogue,
                const ByteResult* bytes) const;
};

/// Channels as variants see them: whole vectors.
constexpr int64_t padded_channels(int64_t channels) {
  return (channels + kDwChannels - 1) / kDwChannels * kDwChannels;
}

}  // namespace samara::kernels

// The variants of the epilogues, and those that are not worth vectors.
#pragma once

#include <cstdint>
#include <span>

#include "engine/kernels/requant/requant.h"
#include "engine/kernels/requant/requant_types.h"
#include "engine/kernels/variants.h"

namespace samara::kernels {

std::span<const Variant<RequantRows>> requant_variants();
const Variant<RequantRows>& requant_rows(uint32_t isa = cpu_isa());

/// x rounded half away from zero and clamped to [low, high]; x is finite or infinite.
double round_clamped(double x, double low, double high);

/// As RequantRows::real8, to 16 bits.
void requant_real16(const SumBlock&, const double* scale, int16_t* out, ptrdiff_t out_stride);

/// 64-bit sums of 16-bit operators. The bias is one of the two, or neither.
struct WideBlock {
  const int64_t* sums = nullptr;
  ptrdiff_t stride = 0;
  int rows = 0, n = 0;
  const int64_t* bias = nullptr;
  const int32_t* bias32 = nullptr;
  bool wrap32 = false;  // the sum with its bias is cut to 32 bits, as operators with i32 bias do
  int32_t low = 0, high = 0;
};
/// Rounded once, with 16 bits of the multiplier (rescale64); with wrap32 twice (rescale).
void requant_wide16(const WideBlock&, const int32_t* multiplier, const int32_t* shift, int16_t* out,
                    ptrdiff_t out_stride);
/// In double, rounded half away from zero.
void requant_wide_real16(const WideBlock&, const double* scale, int16_t* out, ptrdiff_t out_stride);

}  // namespace samara::kernels

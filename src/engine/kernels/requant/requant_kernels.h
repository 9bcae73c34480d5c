// The variants of the epilogues, and those that are not worth vectors.
#pragma once

#include <bit>
#include <cstdint>
#include <span>

#include "engine/kernels/requant/requant.h"
#include "engine/kernels/requant/requant_types.h"
#include "engine/kernels/variants.h"

namespace samara::kernels {

std::span<const Variant<RequantRows>> requant_variants();
const Variant<RequantRows>& requant_rows(uint32_t isa = cpu_isa());

/// x rounded half away from zero and clamped to [low, high], whole numbers of at most 33 bits.
double round_clamped(double x, double low, double high);

/// x clamped to whole numbers of at most 22 bits and rounded to even; NaN gives `low`.
inline int32_t round_even_clamped(float x, float low, float high) {
  // In the sum the last bit is worth 1, so that the addition rounds.
  constexpr float kOnes = 0x1.8p23f;
  const float above = x > low ? x : low;
  const float within = above < high ? above : high;
  return std::bit_cast<int32_t>(within + kOnes) - std::bit_cast<int32_t>(kOnes);
}

/// As RequantRows::real8, to 16 bits.
void requant_real16(const SumBlock&, const double* scale, int16_t* out, ptrdiff_t out_stride);

/// 64-bit sums times their scales in double, rounded half away from zero.
void requant_wide_real16(const WideBlock&, const double* scale, int16_t* out, ptrdiff_t out_stride);

}  // namespace samara::kernels

// What a variant of row quantization is. Included by ISA files, so nothing of std:: here.
#pragma once

#include <cstddef>
#include <cstdint>

namespace samara::kernels {

struct RowQuantizer {
  /// The least and largest value, 0 among them.
  void (*range)(const float* values, size_t n, float* low, float* high) = nullptr;
  /// value * factor rounded half away from zero, plus `offset`, a whole number, clamped to
  /// low..127; NaN becomes low.
  void (*quantize)(const float* values, size_t n, float factor, float offset, float low,
                   int8_t* out) = nullptr;
  /// value * factor rounded to even, plus `zero`, clamped to int8; NaN becomes the lowest.
  void (*quantize_even)(const float* values, size_t n, float factor, int32_t zero,
                        int8_t* out) = nullptr;
};

#define SAMARA_VARIANT(object, isa) extern const RowQuantizer object;
#include "engine/kernels/hybrid/variants.inc"
#undef SAMARA_VARIANT

}  // namespace samara::kernels

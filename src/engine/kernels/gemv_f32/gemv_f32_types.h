// What an ISA file of this family fills in. Included by ISA files, so nothing of std:: here.
#pragma once

#include <cstddef>

namespace samara::kernels {

/// out[row][col] = clamp(bias[col] + dot(x[row], w[col])). Strides count floats.
struct GemvF32Args {
  size_t rows = 0, cols = 0, k = 0;
  const float* x = nullptr;  // rows of k
  size_t x_stride = 0;
  const float* w = nullptr;  // cols of k, as the model has them
  size_t w_stride = 0;
  const float* bias = nullptr;  // null: zeros
  float* out = nullptr;
  size_t out_stride = 0;
  float lo = 0, hi = 0;
};

struct GemvF32 {
  void (*run)(const GemvF32Args&) = nullptr;
};

#define SAMARA_VARIANT(object, isa) extern const GemvF32 object;
#include "engine/kernels/gemv_f32/variants.inc"
#undef SAMARA_VARIANT

}  // namespace samara::kernels

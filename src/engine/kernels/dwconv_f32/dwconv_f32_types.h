// What an ISA file of this family fills in. Included by ISA files, so nothing of std:: here.
#pragma once

#include <cstddef>

namespace samara::kernels {

/// Neighbouring output pixels of one row that see the same part of the filter. Sums run over the
/// filter's rows, then its columns, each output on its own: by `run` products and sums rounded one by
/// one and the bias last, as in LiteRT's reference kernels; by `run_fused` from the bias on, a product
/// and its sum rounded once. Steps count floats.
struct DwconvF32Run {
  size_t pixels = 0, channels = 0;           // output channels
  size_t multiplier = 1;                     // output channels for each input channel
  size_t rows = 0, cols = 0;                 // of the filter, those within the image
  const float* x = nullptr;                  // input under the first of those, for the first pixel
  size_t x_pixel = 0, x_row = 0, x_col = 0;  // steps: next pixel, next filter row and column
  const float* w = nullptr;                  // first of those: [rows][cols][channels]
  size_t w_row = 0;             // step to the next filter row; columns are `channels` apart
  const float* bias = nullptr;  // null: zeros
  float* out = nullptr;         // pixels * channels, contiguous
  float lo = 0, hi = 0;
};

struct DwconvF32 {
  void (*run)(const DwconvF32Run&) = nullptr;        // multiplier is 1
  void (*run_fused)(const DwconvF32Run&) = nullptr;  // null where the instruction set cannot fuse
  void (*run_multiple)(const DwconvF32Run&) = nullptr;
};

#define SAMARA_VARIANT(object, isa) extern const DwconvF32 object;
#include "engine/kernels/dwconv_f32/variants.inc"
#undef SAMARA_VARIANT

}  // namespace samara::kernels

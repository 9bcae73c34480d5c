// What a variant of the integer depthwise convolution is: 32-bit sums over the taps of some output
// pixels, channel by channel.
#pragma once

#include <cstddef>
#include <cstdint>

namespace samara::kernels {

/// Sums of (input - zero) * weight. Weights are 16 bits with their zero point taken off, so that
/// every pair of types is one case. Sums wrap at 32 bits.
struct DwI8Call {
  int pixels = 0, taps = 0;
  int channels = 0;
  /// tap t of pixel i is at taps_at[t * pixels + i]; `channel` is added to each.
  const uint8_t* const* taps_at = nullptr;
  size_t channel = 0;
  uint8_t flip = 0;                  // what bytes are xor-ed with to be signed
  int32_t zero = 0;                  // of the signed bytes
  const int16_t* weights = nullptr;  // [taps][weight_stride]
  ptrdiff_t weight_stride = 0;
  const int32_t* init = nullptr;  // what sums start with, by channel; null: zeros
  int32_t* sums = nullptr;        // [pixels][stride]
  ptrdiff_t stride = 0;
};

struct DwI8 {
  void (*run)(const DwI8Call&) = nullptr;
};

#define SAMARA_VARIANT(object, isa) extern const DwI8 object;
#include "engine/kernels/dwconv_i8/variants.inc"
#undef SAMARA_VARIANT

}  // namespace samara::kernels

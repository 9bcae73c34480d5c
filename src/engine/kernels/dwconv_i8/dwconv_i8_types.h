// What a variant of the integer depthwise convolution is: 32-bit sums over the taps of some output
// pixels, channel by channel.
#pragma once

#include <cstddef>
#include <cstdint>

namespace samara::kernels {

/// How packed weights lie: those of some taps beside each other, channel by channel.
///   singles  int16 [tap][channel]
///   pairs    int16 [tap / 2][channel][2]
///   quads    int8  [tap / 4][channel][4], channels in the order that interleaving bytes leaves:
///            blocks of 64 (the last of 16, 32 or 64), in each 16 l + 4 q + i for q, l, i
/// Channels are padded to 64, taps to whole groups, with zeros.
enum class DwWeights : uint8_t { singles, pairs, quads };
constexpr int kDwChannels = 64;

struct DwI8Call {
  int pixels = 0, taps = 0;  // taps: whole groups
  int channels = 0;
  /// Tap t of pixel i is at taps_at[t * pixels + i] + offset bytes, and not read beyond `channels`.
  const uint8_t* const* taps_at = nullptr;
  size_t offset = 0;
  uint8_t flip = 0;  // what bytes are xor-ed with: to be signed; for quads to be value + 128
  const void* weights = nullptr;
  ptrdiff_t group_stride = 0;     // bytes from one group of taps to the next
  const int32_t* init = nullptr;  // what sums start with; as many as `stride`
  int32_t* sums = nullptr;        // [pixels][stride]
  ptrdiff_t stride = 0;           // channels, padded to kDwChannels; all may be written
};

struct DwI8 {
  DwWeights weights = DwWeights::singles;
  void (*run8)(const DwI8Call&) = nullptr;
  void (*run16)(const DwI8Call&) = nullptr;  // taps point to int16; null where there is none
};

#define SAMARA_VARIANT(object, isa) extern const DwI8 object;
#include "engine/kernels/dwconv_i8/variants.inc"
#undef SAMARA_VARIANT

}  // namespace samara::kernels

// What a variant of the integer depthwise convolution is: 32-bit sums over the taps of some output
// pixels, channel by channel.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/kernels/requant/requant_types.h"

namespace samara::kernels {

/// How packed weights lie: those of some taps beside each other, channel by channel.
///   singles  int16 [tap][channel]
///   pairs    int16 [tap / 2][channel][2]
///   quads    int8  [column][line / 4][channel][4], for run_row(); channels in the order that
///            interleaving bytes leaves: in each 64, 16 l + 4 q + i for q, l, i
/// Channels are padded to 64, taps or lines to whole groups, with zeros.
enum class DwWeights : uint8_t { singles, pairs, quads };
constexpr int kDwChannels = 64;

struct DwI8Call {
  int pixels = 0, taps = 0;  // taps: whole groups
  int channels = 0;
  /// Tap t of pixel i is at tap(t, i), and not read beyond `channels`. Neighbours whose windows lie
  /// within the image have one pointer a tap (`table` is 1) and `step` bytes from one to the next;
  /// others have a pointer each (`table` is `pixels`, `step` 0).
  const uint8_t* const* taps_at = nullptr;
  ptrdiff_t table = 0, step = 0;
  size_t offset = 0;
  uint8_t flip = 0;  // what bytes are xor-ed with: to be signed; for quads to be value + 128
  const void* weights = nullptr;
  ptrdiff_t group_stride = 0;     // bytes from one group of taps to the next
  const int32_t* init = nullptr;  // what sums start with; as many as `stride`
  int32_t* sums = nullptr;        // [pixels][stride]
  ptrdiff_t stride = 0;           // channels, padded to kDwChannels; all may be written

  /// Where the pointers of pixel i begin, and what is added to each.
  [[gnu::always_inline]] const uint8_t* const* pointers(ptrdiff_t i) const {
    return taps_at + (step ? 0 : i);
  }
  [[gnu::always_inline]] size_t at(ptrdiff_t i) const { return offset + size_t(i * step); }
};

/// A line of the image, or, with step 0, of its padding.
struct DwLine {
  const uint8_t* at = nullptr;  // column 0
  ptrdiff_t step = 0;           // bytes from column to column
};

/// So many columns of four lines are interleaved at once; filters reach over a quarter at most.
constexpr int kDwColumns = 64;

/// Neighbouring output pixels in a row.
struct DwRowCall {
  int pixels = 0, channels = 0;
  int filter = 0, tall = 0, quads = 0;  // the filter's columns and lines, and those by four
  int stride_x = 1, dilation = 1;
  const DwLine* lines = nullptr;  // 4 * quads
  int first = 0, width = 0;       // the first pixel's first column, and columns of the image
  uint8_t padding = 0;            // the byte beside the image
  uint8_t flip = 0;               // what bytes are xor-ed with, to be value + 128
  const int8_t* weights = nullptr;
  ptrdiff_t group_stride = 0;  // bytes from one group of taps to the next
  const int32_t* init = nullptr;
  /// Where null, sums are stored. Rounding twice is for filters of three columns and lines.
  const ByteResult* bytes = nullptr;
  int32_t* sums = nullptr;  // [pixels][stride]; channels are padded to kDwChannels
  ptrdiff_t stride = 0;
};

struct DwI8 {
  DwWeights weights = DwWeights::singles;
  void (*run8)(const DwI8Call&) = nullptr;
  void (*run16)(const DwI8Call&) = nullptr;     // taps point to int16; null where there is none
  void (*run_row)(const DwRowCall&) = nullptr;  // of quads
};

#define SAMARA_VARIANT(object, isa) extern const DwI8 object;
#include "engine/kernels/dwconv_i8/variants.inc"
#undef SAMARA_VARIANT

}  // namespace samara::kernels

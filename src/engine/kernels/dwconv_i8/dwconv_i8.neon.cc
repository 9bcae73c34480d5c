// NEON: widening multiply-accumulate, 8 channels at a time; ARMv7 and ARM64.
#include <arm_neon.h>

#include "engine/kernels/dwconv_i8/dwconv_i8_types.h"

namespace samara::kernels {
namespace {

/// Eight values as 16 bits; n < 8 of them with zeros behind.
struct Bytes {
  static constexpr int kSize = 1;
  static int16x8_t load(const uint8_t* p, int n, uint8x8_t flip) {
    uint8_t buffer[8] = {};
    if (n < 8) {
      for (int i = 0; i < n; ++i) buffer[i] = p[i];
      p = buffer;
    }
    return vmovl_s8(vreinterpret_s8_u8(veor_u8(vld1_u8(p), flip)));
  }
};
struct Words {
  static constexpr int kSize = 2;
  static int16x8_t load(const uint8_t* p, int n, uint8x8_t) {
    const auto* from = reinterpret_cast<const int16_t*>(p);
    int16_t buffer[8] = {};
    if (n < 8) {
      for (int i = 0; i < n; ++i) buffer[i] = from[i];
      from = buffer;
    }
    return vld1q_s16(from);
  }
};

template <class Values>
[[gnu::always_inline]] inline void channels8(const DwI8Call& c, int j, int n) {
  const uint8x8_t flip = vdup_n_u8(c.flip);
  for (int i = 0; i < c.pixels; ++i) {
    int32x4_t low = vld1q_s32(c.init + j), high = vld1q_s32(c.init + j + 4);
    const auto* w = static_cast<const int16_t*>(c.weights) + j;
    const uint8_t* const* taps = c.pointers(i);
    const size_t at = c.at(i) + size_t(j) * Values::kSize;
    for (int t = 0; t < c.taps; ++t, taps += c.table, w += c.group_stride / 2) {
      const int16x8_t x = Values::load(*taps + at, n, flip), y = vld1q_s16(w);
      low = vmlal_s16(low, vget_low_s16(x), vget_low_s16(y));
      high = vmlal_s16(high, vget_high_s16(x), vget_high_s16(y));
    }
    int32_t* out = c.sums + i * c.stride + j;
    vst1q_s32(out, low);
    vst1q_s32(out + 4, high);
  }
}

template <class Values>
[[gnu::always_inline]] inline void run(const DwI8Call& c) {
  int j = 0;
  for (; j + 8 <= c.channels; j += 8) channels8<Values>(c, j, 8);
  if (j < c.channels) channels8<Values>(c, j, c.channels - j);
}
void run8(const DwI8Call& c) { run<Bytes>(c); }
void run16(const DwI8Call& c) { run<Words>(c); }

}  // namespace

extern constinit const DwI8 dwconv_i8_neon{DwWeights::singles, run8, run16};

}  // namespace samara::kernels

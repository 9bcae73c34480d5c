#include "engine/kernels/dwconv_i8/dwconv_i8_kernels.h"

#include <algorithm>
#include <cstring>

#include "base/checked.h"

namespace samara::kernels {
namespace {

constexpr int kPointers = 1024;  // of taps: 8 KiB of stack
constexpr int kSums = 4096;      // 32-bit sums of a block
constexpr int kMostPixels = kMostTileRows;
constexpr int kWeightAlign = 32;  // channels that packed weights are padded to
constexpr int kMostTaps = 504;    // so many 16 x 8 bit products fit 32-bit sums
constexpr int64_t kGrainProducts = 1 << 17;

void run_scalar(const DwI8Call& c) {
  for (int i = 0; i < c.pixels; ++i) {
    int32_t* sums = c.sums + i * c.stride;
    for (int j = 0; j < c.channels; ++j) sums[j] = c.init ? c.init[j] : 0;
    for (int t = 0; t < c.taps; ++t) {
      const uint8_t* x = c.taps_at[t * c.pixels + i] + c.channel;
      const int16_t* w = c.weights + t * c.weight_stride;
      for (int j = 0; j < c.channels; ++j)
        sums[j] = int32_t(uint32_t(sums[j]) + uint32_t((int8_t(x[j] ^ c.flip) - c.zero) * w[j]));
    }
  }
}

constexpr Variant<DwI8> kVariants[] = {
#define SAMARA_VARIANT(object, isa) {#object, isa, &object},
#include "engine/kernels/dwconv_i8/variants.inc"
#undef SAMARA_VARIANT
};

int64_t padded(int64_t channels) {
  return (channels + kWeightAlign - 1) / kWeightAlign * kWeightAlign;
}

/// A worker's buffers.
class Block {
 public:
  Block(const DepthwiseI8& d, const DepthwiseI8::Data& data)
      : d_(d),
        g_(d.geometry),
        input_(static_cast<const uint8_t*>(data.input)),
        weights_(static_cast<const int16_t*>(data.packed)),
        bias_(data.bias),
        pads_(data.pads),
        pad_step_(data.pad_step),
        zeros_(static_cast<const uint8_t*>(data.zeros)) {}

  /// Output pixels [first, first + count) of one image.
  void run(int64_t first, int count, FunctionRef<void(const SumTile&)> epilogue);

 private:
  void fill_taps(int64_t first, int count, int64_t tap, int taps);
  void multiply(int count, int64_t tap, int taps, int64_t channel, int n);
  void multiply_expanded(int count, int64_t tap, int taps, int64_t channel, int n);
  void multiply_wide(int count, int64_t tap, int taps, int64_t channel, int n);
  const int32_t* init(int64_t tap, int64_t channel) const {
    return bias_ && tap == 0 ? bias_ + channel : nullptr;
  }

  const DepthwiseI8& d_;
  const ConvGeometry& g_;
  const uint8_t* input_;
  const int16_t* weights_;
  const int32_t* bias_;
  const int32_t* pads_;
  int pad_step_;
  const uint8_t* zeros_;
  int64_t batch_ = 0;
  const uint8_t* taps_[kPointers];
  alignas(64) int32_t sums_[kSums];
  alignas(64) int64_t wide_[kSums];
};

/// Pointers to taps [tap, tap + taps) of pixels first + i.
void Block::fill_taps(int64_t first, int count, int64_t tap, int taps) {
  const size_t size = d_.input_i16 ? 2 : 1;
  const size_t pixel = size_t(g_.in_c) * size;
  const uint8_t* zeros = zeros_ + (pad_step_ ? size_t(batch_) * pixel : 0);
  for (int i = 0; i < count; ++i) {
    const int64_t line = (first + i) / g_.x.out;
    const int64_t y0 = g_.y.begin(line % g_.y.out), x0 = g_.x.begin(first + i - line * g_.x.out);
    int64_t ky = tap / g_.x.filter, kx = tap - ky * g_.x.filter;
    for (int t = 0; t < taps; ++t) {
      const int64_t y = y0 + ky * g_.y.dilation, x = x0 + kx * g_.x.dilation;
      const bool inside = y >= 0 && y < g_.y.in && x >= 0 && x < g_.x.in;
      taps_[t * count + i] =
          inside ? input_ + size_t((batch_ * g_.y.in + y) * g_.x.in + x) * pixel : zeros;
      if (++kx == g_.x.filter) kx = 0, ++ky;
    }
  }
}

void Block::multiply(int count, int64_t tap, int taps, int64_t channel, int n) {
  const uint8_t flip = d_.input_u8 ? 0x80 : 0;
  const int32_t pad = pads_[batch_ * pad_step_] - (d_.input_u8 ? 128 : 0);
  d_.kernel->run({.pixels = count,
                  .taps = taps,
                  .channels = n,
                  .taps_at = taps_,
                  .channel = size_t(channel),
                  .flip = flip,
                  .zero = pad,
                  .weights = weights_ + tap * padded(g_.out_c) + channel,
                  .weight_stride = ptrdiff_t(padded(g_.out_c)),
                  .init = init(tap, channel),
                  .sums = sums_,
                  .stride = n});
}

/// Several output channels from each input channel.
void Block::multiply_expanded(int count, int64_t tap, int taps, int64_t channel, int n) {
  const uint8_t flip = d_.input_u8 ? 0x80 : 0;
  const int32_t pad = pads_[batch_ * pad_step_] - (d_.input_u8 ? 128 : 0);
  const int by = d_.multiplier();
  for (int i = 0; i < count; ++i) {
    int32_t* sums = sums_ + i * n;
    const int32_t* start = init(tap, channel);
    for (int j = 0; j < n; ++j) sums[j] = start ? start[j] : 0;
    for (int t = 0; t < taps; ++t) {
      const uint8_t* x = taps_[t * count + i];
      const int16_t* w = weights_ + (tap + t) * padded(g_.out_c) + channel;
      for (int j = 0; j < n; ++j) {
        const int32_t value = int8_t(x[(channel + j) / by] ^ flip) - pad;
        sums[j] = int32_t(uint32_t(sums[j]) + uint32_t(value * w[j]));
      }
    }
  }
}

void Block::multiply_wide(int count, int64_t tap, int taps, int64_t channel, int n) {
  const int by = d_.multiplier();
  for (int i = 0; i < count; ++i) {
    int64_t* wide = wide_ + i * n;
    if (tap == 0) std::memset(wide, 0, size_t(n) * 8);
    for (int t = 0; t < taps; ++t) {
      const auto* x = reinterpret_cast<const int16_t*>(taps_[t * count + i]);
      const int16_t* w = weights_ + (tap + t) * padded(g_.out_c) + channel;
      if (by == 1) {
        for (int j = 0; j < n; ++j) wide[j] += int32_t{x[channel + j]} * w[j];
      } else {
        for (int j = 0; j < n; ++j) wide[j] += int32_t{x[(channel + j) / by]} * w[j];
      }
    }
  }
}

void Block::run(int64_t first, int count, FunctionRef<void(const SumTile&)> epilogue) {
  batch_ = first / (int64_t{g_.y.out} * g_.x.out);
  const int64_t taps = g_.taps();
  const int most_taps = std::min(kMostTaps, kPointers / count);
  const int most_channels = kSums / count;
  for (int64_t channel = 0; channel < g_.out_c; channel += most_channels) {
    const int n = int(std::min<int64_t>(most_channels, g_.out_c - channel));
    // Filters with more taps than there are pointers: sums of the parts are added.
    for (int64_t tap = 0; tap < taps; tap += most_taps) {
      const int part = int(std::min<int64_t>(most_taps, taps - tap));
      if (channel == 0 || taps > most_taps) fill_taps(first, count, tap, part);
      if (d_.input_i16) {
        multiply_wide(count, tap, part, channel, n);
        continue;
      }
      d_.multiplier() == 1 ? multiply(count, tap, part, channel, n)
                           : multiply_expanded(count, tap, part, channel, n);
      if (taps > most_taps) {
        for (int i = 0; i < count * n; ++i) wide_[i] = (tap == 0 ? 0 : wide_[i]) + sums_[i];
      }
    }
    if (taps > most_taps && !d_.input_i16)
      for (int i = 0; i < count * n; ++i) sums_[i] = int32_t(wide_[i]);
    epilogue({.row = first,
              .rows = count,
              .channel = channel,
              .column = channel,
              .n = n,
              .sums = sums_,
              .wide_sums = d_.input_i16 ? wide_ : nullptr,
              .stride = n});
  }
}

}  // namespace

extern constinit const DwI8 dwconv_i8_scalar{run_scalar};

std::span<const Variant<DwI8>> dwconv_i8_variants() { return kVariants; }
const Variant<DwI8>& dwconv_i8(uint32_t isa) { return pick(dwconv_i8_variants(), isa); }

int64_t DepthwiseI8::packed_bytes() const {
  const auto bytes = checked_mul<int64_t>(geometry.taps(), padded(geometry.out_c) * 2);
  return bytes && *bytes < int64_t{1} << 56 ? *bytes : -1;
}

void DepthwiseI8::pack(WeightForm form, const void* weights, int32_t weight_zero,
                       void* memory) const {
  auto* out = static_cast<int16_t*>(memory);
  std::memset(out, 0, size_t(packed_bytes()));
  for (int64_t t = 0; t < geometry.taps(); ++t)
    for (int64_t c = 0; c < geometry.out_c; ++c)
      out[t * padded(geometry.out_c) + c] =
          int16_t(weight_at(form, weights, t * geometry.out_c + c) - weight_zero);
}

void DepthwiseI8::run(const Data& data, ThreadPool& pool,
                      FunctionRef<void(const SumTile&)> epilogue) const {
  const int64_t image = int64_t{geometry.y.out} * geometry.x.out;
  const int64_t pixels = image * geometry.batches;
  if (pixels == 0 || geometry.out_c == 0) return;
  const int64_t by_taps = std::max<int64_t>(1, kPointers / geometry.taps());
  const int64_t by_sums = std::max<int64_t>(1, kSums / geometry.out_c);
  const int64_t count = std::min({int64_t{kMostPixels}, by_taps, by_sums, image});
  const int64_t blocks = (image + count - 1) / count;  // of one image
  const int64_t products = count * geometry.taps() * geometry.out_c;
  const size_t grain = size_t(std::max<int64_t>(1, kGrainProducts / products));
  pool.parallel_for(size_t(blocks * geometry.batches), grain, [&](size_t begin, size_t end) {
    Block block(*this, data);
    for (size_t i = begin; i < end; ++i) {
      const int64_t batch = int64_t(i) / blocks, at = int64_t(i) % blocks * count;
      block.run(batch * image + at, int(std::min(count, image - at)), epilogue);
    }
  });
}

}  // namespace samara::kernels

#include "engine/kernels/dwconv_i8/dwconv_i8_kernels.h"

#include <algorithm>
#include <cstring>

#include "base/checked.h"
#include "engine/kernels/requant/requant_kernels.h"

namespace samara::kernels {
namespace {

constexpr int kPointers = 1024;  // of taps: 8 KiB of stack
constexpr int kSums = 4096;      // 32-bit sums of a block
constexpr int kMostPixels = kMostTileRows;
constexpr int kMostTaps = 504;      // so many 16 x 8 bit products fit 32-bit sums
constexpr int kPartChannels = 256;  // of a block whose taps are added in parts
constexpr int64_t kGrainProducts = 1 << 17;

int group_taps(const DwI8& kernel) { return kernel.weights == DwWeights::pairs ? 2 : 1; }

/// The portable sums; `value` gives a tap's value of a channel.
template <class F>
void run_singles(const DwI8Call& c, const F& value) {
  const auto* weights = static_cast<const int16_t*>(c.weights);
  for (int i = 0; i < c.pixels; ++i) {
    int32_t* sums = c.sums + i * c.stride;
    for (int j = 0; j < c.channels; ++j) sums[j] = c.init[j];
    for (int t = 0; t < c.taps; ++t) {
      const uint8_t* x = c.pointers(i)[t * c.table] + c.at(i);
      const int16_t* w = weights + t * (c.group_stride / 2);
      for (int j = 0; j < c.channels; ++j)
        sums[j] = int32_t(uint32_t(sums[j]) + uint32_t(value(x, j) * w[j]));
    }
  }
}
int32_t value8(const uint8_t* x, int64_t j, uint8_t flip) { return int8_t(x[j] ^ flip); }
int32_t value16(const uint8_t* x, int64_t j) { return reinterpret_cast<const int16_t*>(x)[j]; }

void run8_scalar(const DwI8Call& c) {
  const uint8_t flip = c.flip;
  run_singles(c, [flip](const uint8_t* x, int j) { return value8(x, j, flip); });
}
void run16_scalar(const DwI8Call& c) {
  run_singles(c, [](const uint8_t* x, int j) { return value16(x, j); });
}

constexpr Variant<DwI8> kVariants[] = {
#define SAMARA_VARIANT(object, isa) {#object, isa, &object},
#include "engine/kernels/dwconv_i8/variants.inc"
#undef SAMARA_VARIANT
};

/// Where a channel's weights lie within a group of quads, in channels.
int64_t quad_place(int64_t channel) {
  const int64_t at = channel % 64;
  return channel - at + at % 16 / 4 * 16 + at / 16 * 4 + at % 4;
}

/// The filter's lines as quads have them.
int64_t quad_lines(const ConvGeometry& g) { return (int64_t{g.y.filter} + 3) / 4 * 4; }

/// A worker's buffers.
class Block {
 public:
  Block(const DepthwiseI8& d, const DepthwiseI8::Data& data)
      : d_(d),
        g_(d.geometry),
        data_(data),
        input_(static_cast<const uint8_t*>(data.input)),
        size_(d.input_i16 ? 2 : 1),
        channels_(padded_channels(g_.out_c)),
        flip_(d.input_u8 ? 0x80 : 0) {
    const int group = group_taps(*d.kernel);
    taps_count_ = (g_.taps() + group - 1) / group * group;
  }

  /// Output pixels [first, first + count) of one image.
  void run(int64_t first, int count, FunctionRef<void(const SumTile&)> epilogue);

 private:
  /// Pixels of the block that are multiplied in one call.
  struct Segment {
    int at = 0, count = 0;
    bool inner = false;  // neighbours in a row whose windows lie within the image
  };
  Segment segment(int64_t first, int at, int count) const;
  void fill(int64_t first, int count, int64_t tap, int taps);
  void fill_inner(int64_t first);
  void multiply(const Segment& s, int64_t tap, int taps, int64_t channel, int n, ptrdiff_t stride);
  void multiply_parts(int64_t first, int count, int64_t channel, int n, ptrdiff_t stride);
  const uint8_t* row(int64_t y) const {
    if (y < 0 || y >= g_.y.in) return nullptr;
    return input_ + size_t((batch_ * g_.y.in + y) * g_.x.in) * pixel();
  }
  size_t pixel() const { return size_t(g_.in_c) * size_; }

  const DepthwiseI8& d_;
  const ConvGeometry& g_;
  const DepthwiseI8::Data& data_;
  const uint8_t* input_;
  size_t size_;
  int64_t taps_count_ = 0, channels_;
  uint8_t flip_;
  int64_t batch_ = 0;
  const uint8_t* taps_[kPointers];
  int32_t none_[kPartChannels] = {};
  alignas(64) int32_t sums_[kSums];
  alignas(64) int64_t wide_[kSums];
};

/// Pointers to taps [tap, tap + taps) of the pixels; those beyond the filter are padding.
void Block::fill(int64_t first, int count, int64_t tap, int taps) {
  const size_t step = size_t(g_.x.dilation) * pixel();
  const uint8_t* zeros =
      static_cast<const uint8_t*>(data_.zeros) + (data_.zeros_each ? size_t(batch_) * pixel() : 0);
  int64_t oy = first / g_.x.out % g_.y.out, ox = first % g_.x.out;
  for (int i = 0; i < count; ++i) {
    const int64_t x0 = g_.x.begin(ox);
    const bool whole = x0 >= 0 && x0 + int64_t{g_.x.filter - 1} * g_.x.dilation < g_.x.in;
    int64_t ky = tap / g_.x.filter, kx = tap - ky * g_.x.filter;
    for (int t = 0; t < taps; ++ky, kx = 0) {
      const uint8_t* line = ky < g_.y.filter ? row(g_.y.begin(oy) + ky * g_.y.dilation) : nullptr;
      const int end = int(std::min<int64_t>(taps, t + g_.x.filter - kx));
      if (!line) {
        for (; t < end; ++t) taps_[t * count + i] = zeros;
      } else if (whole) {
        line += size_t(x0) * pixel() + size_t(kx) * step;
        for (; t < end; ++t, line += step) taps_[t * count + i] = line;
      } else {
        for (int64_t x = x0 + kx * g_.x.dilation; t < end; ++t, x += g_.x.dilation)
          taps_[t * count + i] = x >= 0 && x < g_.x.in ? line + size_t(x) * pixel() : zeros;
      }
    }
    if (++ox == g_.x.out) ox = 0, ++oy;
  }
}

/// The pixels from `at` on that go together, of the block's `count`.
Block::Segment Block::segment(int64_t first, int at, int count) const {
  const int64_t pixel = first + at, ox = pixel % g_.x.out, oy = pixel / g_.x.out % g_.y.out;
  const int left = int(std::min<int64_t>(count - at, g_.x.out - ox));
  const auto reach = [](const WindowAxis& a) { return int64_t{a.filter - 1} * a.dilation; };
  const int64_t y = g_.y.begin(oy), x = g_.x.begin(ox);
  if (y < 0 || y + reach(g_.y) >= g_.y.in || d_.multiplier() != 1) return {at, left, false};
  if (x < 0) {
    const int64_t outer = (-x + g_.x.stride - 1) / g_.x.stride;
    return {at, int(std::min<int64_t>(left, outer)), false};
  }
  const int64_t last = g_.x.in - 1 - reach(g_.x);  // of a window that ends within the image
  if (x > last) return {at, left, false};
  return {at, int(std::min<int64_t>(left, (last - x) / g_.x.stride + 1)), true};
}

/// Pointers of a segment's first pixel; those beyond the filter meet zero weights.
void Block::fill_inner(int64_t first) {
  const int64_t oy = first / g_.x.out % g_.y.out, ox = first % g_.x.out;
  const uint8_t* corner = row(g_.y.begin(oy)) + size_t(g_.x.begin(ox)) * pixel();
  const size_t down = size_t(g_.y.dilation) * size_t(g_.x.in) * pixel();
  const size_t across = size_t(g_.x.dilation) * pixel();
  int t = 0;
  for (int32_t ky = 0; ky < g_.y.filter; ++ky)
    for (int32_t kx = 0; kx < g_.x.filter; ++kx)
      taps_[t++] = corner + size_t(ky) * down + size_t(kx) * across;
  for (; t < taps_count_; ++t) taps_[t] = corner;
}

void Block::multiply(const Segment& s, int64_t tap, int taps, int64_t channel, int n,
                     ptrdiff_t stride) {
  const auto* packed = static_cast<const std::byte*>(data_.packed);
  const int group = group_taps(*d_.kernel);
  const ptrdiff_t group_stride = channels_ * group * 2;
  const DwI8Call call{
      .pixels = s.count,
      .taps = taps,
      .channels = n,
      .taps_at = taps_,
      .table = s.inner ? 1 : s.count,
      .step = s.inner ? ptrdiff_t(size_t(g_.x.stride) * pixel()) : 0,
      .offset = size_t(channel) * size_,
      .flip = flip_,
      .weights = packed + tap / group * group_stride + channel * group * 2,
      .group_stride = group_stride,
      .init =
          tap == 0 ? reinterpret_cast<const int32_t*>(packed + d_.init_offset()) + channel : none_,
      .sums = sums_ + s.at * stride,
      .stride = stride};
  const int by = d_.multiplier();
  if (by == 1) return (d_.input_i16 ? d_.kernel->run16 : d_.kernel->run8)(call);
  // Several output channels from each input channel: the portable way.
  DwI8Call whole = call;
  whole.offset = 0;
  const uint8_t flip = flip_;
  if (d_.input_i16) {
    run_singles(whole, [=](const uint8_t* x, int j) { return value16(x, (channel + j) / by); });
  } else {
    run_singles(whole,
                [=](const uint8_t* x, int j) { return value8(x, (channel + j) / by, flip); });
  }
}

/// Filters of more taps than there are pointers, or than 32 bits hold: the parts' sums are added.
void Block::multiply_parts(int64_t first, int count, int64_t channel, int n, ptrdiff_t stride) {
  const int most = std::min(kMostTaps, kPointers / count / 4 * 4);
  for (int64_t tap = 0; tap < taps_count_; tap += most) {
    const int part = int(std::min<int64_t>(most, taps_count_ - tap));
    fill(first, count, tap, part);
    multiply({0, count, false}, tap, part, channel, n, stride);
    for (ptrdiff_t i = 0; i < count * stride; ++i) wide_[i] = (tap ? wide_[i] : 0) + sums_[i];
  }
  for (ptrdiff_t i = 0; i < count * stride; ++i) sums_[i] = int32_t(wide_[i]);
}

void Block::run(int64_t first, int count, FunctionRef<void(const SumTile&)> epilogue) {
  batch_ = first / (int64_t{g_.y.out} * g_.x.out);
  const bool parts = taps_count_ * count > kPointers || taps_count_ > kMostTaps;
  const int most =
      std::min(kSums / count / kDwChannels * kDwChannels, parts ? kPartChannels : kSums);
  for (int64_t channel = 0; channel < g_.out_c; channel += most) {
    const int n = int(std::min<int64_t>(most, g_.out_c - channel));
    const ptrdiff_t stride = padded_channels(n);
    if (parts) {
      multiply_parts(first, count, channel, n, stride);
    } else {
      for (Segment s; s.at + s.count < count;) {
        s = segment(first, s.at + s.count, count);
        s.inner ? fill_inner(first + s.at) : fill(first + s.at, s.count, 0, int(taps_count_));
        multiply(s, 0, int(taps_count_), channel, n, stride);
      }
      if (d_.input_i16) requant_rows().kernels->widen(wide_, sums_, size_t(count * stride), false);
    }
    epilogue({.row = first,
              .rows = count,
              .channel = channel,
              .column = channel,
              .n = n,
              .sums = sums_,
              .wide_sums = d_.input_i16 ? wide_ : nullptr,
              .stride = stride,
              .left_sums = nullptr});
  }
}

/// The image's lines from y on that a filter reads, by four; `zeros` for those outside.
void fill_lines(const ConvGeometry& g, const uint8_t* image, int64_t y, const uint8_t* zeros,
                int quads, DwLine* lines) {
  for (int i = 0; i < quads * 4; ++i, y += g.y.dilation) {
    const bool inside = i < g.y.filter && y >= 0 && y < g.y.in;
    lines[i] = {inside ? image + size_t(y * g.x.in) * size_t(g.in_c) : zeros, inside ? g.in_c : 0};
  }
}

/// What all rows have in common.
DwRowCall row_call(const DepthwiseI8& d, int64_t padded) {
  const ConvGeometry& g = d.geometry;
  return {.filter = g.x.filter,
          .tall = g.y.filter,
          .quads = int(quad_lines(g) / 4),
          .stride_x = g.x.stride,
          .dilation = g.x.dilation,
          .width = g.x.in,
          .flip = uint8_t(d.input_u8 ? 0 : 0x80),
          .group_stride = ptrdiff_t(padded * 4)};
}

}  // namespace

extern constinit const DwI8 dwconv_i8_scalar{DwWeights::singles, run8_scalar, run16_scalar};

std::span<const Variant<DwI8>> dwconv_i8_variants() { return kVariants; }
const Variant<DwI8>& dwconv_i8(bool wide, uint32_t isa) {
  return pick(dwconv_i8_variants(), [=](const Variant<DwI8>& v) {
    return v.runs_on(isa) && (!wide || v.kernels->weights != DwWeights::quads);
  });
}

bool fits_rows(const ConvGeometry& g) {
  const int64_t reach = int64_t{g.x.filter - 1} * g.x.dilation + 1;
  return g.y.filter <= 8 && reach <= kDwColumns / 4 && g.x.stride <= kDwColumns / 4;
}

void DepthwiseI8::choose(int32_t weight_zero, uint32_t isa) {
  const bool wide = input_i16 || weight_zero != 0 || !fits_rows(geometry);
  kernel = multiplier() == 1 ? dwconv_i8(wide, isa).kernels : &dwconv_i8_scalar;
}
int32_t DepthwiseI8::inner_zero(int32_t zero_point) const {
  return zero_point + (kernel->weights == DwWeights::quads ? 128 : 0) - (input_u8 ? 128 : 0);
}

int64_t DepthwiseI8::init_offset() const {
  const bool quads = kernel->weights == DwWeights::quads;
  const int64_t taps = quads ? geometry.x.filter * quad_lines(geometry)
                       : kernel->weights == DwWeights::pairs ? (geometry.taps() + 1) / 2 * 2
                                                             : geometry.taps();
  const auto weights =
      checked_mul<int64_t>(taps, padded_channels(geometry.out_c) * (quads ? 1 : 2));
  return weights && *weights < int64_t{1} << 56 ? *weights : -1;
}
int64_t DepthwiseI8::sums_offset() const {
  return init_offset() + padded_channels(geometry.out_c) * 4;
}
int64_t DepthwiseI8::packed_bytes() const {
  return init_offset() < 0 ? -1 : sums_offset() + padded_channels(geometry.out_c) * 4;
}

void DepthwiseI8::pack(const PackDw& what, void* memory) const {
  auto* base = static_cast<std::byte*>(memory);
  std::memset(base, 0, size_t(packed_bytes()));
  auto* init = reinterpret_cast<int32_t*>(base + init_offset());
  auto* sums = reinterpret_cast<int32_t*>(base + sums_offset());
  const int64_t n = geometry.out_c, padded = padded_channels(n), lines = quad_lines(geometry);
  for (int64_t t = 0; t < geometry.taps(); ++t) {
    for (int64_t c = 0; c < n; ++c) {
      const int32_t w = weight_at(what.form, what.weights, t * n + c) - what.weight_zero;
      sums[c] += w;
      if (kernel->weights == DwWeights::quads) {
        const int64_t x = t % geometry.x.filter, y = t / geometry.x.filter;
        const int64_t group = (x * lines + y) / 4;
        reinterpret_cast<int8_t*>(base)[(group * padded + quad_place(c)) * 4 + y % 4] = int8_t(w);
      } else if (kernel->weights == DwWeights::pairs) {
        reinterpret_cast<int16_t*>(base)[(t / 2 * padded + c) * 2 + t % 2] = int16_t(w);
      } else {
        reinterpret_cast<int16_t*>(base)[t * padded + c] = int16_t(w);
      }
    }
  }
  for (int64_t c = 0; c < n; ++c)
    init[c] = int32_t((what.bias ? uint32_t(what.bias[c]) : 0) -
                      uint32_t(what.left_zero) * uint32_t(sums[c]));
}

/// A row of output pixels after the other.
void DepthwiseI8::run_rows(const Data& data, ThreadPool& pool,
                           FunctionRef<void(const SumTile&)> epilogue,
                           const ByteResult* bytes) const {
  const ConvGeometry& g = geometry;
  const int64_t padded = padded_channels(g.out_c);
  const auto* packed = static_cast<const std::byte*>(data.packed);
  const auto* input = static_cast<const uint8_t*>(data.input);
  const DwRowCall call = row_call(*this, padded);
  const int most_channels = int(std::min<int64_t>(bytes ? padded : kSums, padded));
  const int most_pixels = bytes ? g.x.out : std::min(kMostPixels, kSums / most_channels);
  const auto line = [&](int64_t row) {
    alignas(64) int32_t sums[kSums];
    DwLine lines[8];
    DwRowCall c = call;
    const int64_t batch = row / g.y.out, y0 = g.y.begin(row % g.y.out);
    const auto* zeros = static_cast<const uint8_t*>(data.zeros) +
                        (data.zeros_each ? size_t(batch) * size_t(g.in_c) : 0);
    c.padding = *zeros;
    c.lines = lines;
    for (int64_t channel = 0; channel < g.out_c; channel += most_channels) {
      fill_lines(g, input + size_t(batch * g.y.in * g.x.in) * size_t(g.in_c) + channel, y0,
                 zeros + channel, c.quads, lines);
      c.channels = int(std::min<int64_t>(most_channels, g.out_c - channel));
      c.weights = reinterpret_cast<const int8_t*>(packed) + channel * 4;
      c.init = reinterpret_cast<const int32_t*>(packed + init_offset()) + channel;
      for (int x = 0; x < g.x.out; x += most_pixels) {
        const int64_t first = row * g.x.out + x;
        c.pixels = std::min(most_pixels, g.x.out - x);
        c.first = int(g.x.begin(x));
        ByteResult result;
        if (bytes) {
          result = bytes->from(first, channel);
          c.bytes = &result;
          kernel->run_row(c);
          continue;
        }
        c.sums = sums;
        c.stride = padded_channels(c.channels);
        kernel->run_row(c);
        epilogue({.row = first,
                  .rows = c.pixels,
                  .channel = channel,
                  .column = channel,
                  .n = c.channels,
                  .sums = sums,
                  .stride = c.stride});
      }
    }
  };
  const int64_t products = int64_t{g.x.out} * g.taps() * g.out_c;
  const size_t grain = size_t(std::max<int64_t>(1, kGrainProducts / products));
  pool.parallel_for(size_t(g.batches) * size_t(g.y.out), grain, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) line(int64_t(i));
  });
}

void DepthwiseI8::run(const Data& data, ThreadPool& pool,
                      FunctionRef<void(const SumTile&)> epilogue, const ByteResult* bytes) const {
  const int64_t image = int64_t{geometry.y.out} * geometry.x.out;
  if (image == 0 || geometry.batches == 0 || geometry.out_c == 0) return;
  if (kernel->run_row) {
    const WindowAxis& x = geometry.x;
    const bool three = x.filter == 3 && geometry.y.filter <= 3 && x.dilation == 1 && x.stride <= 2;
    return run_rows(data, pool, epilogue, bytes && (bytes->scale || three) ? bytes : nullptr);
  }
  const int64_t by_taps = std::max<int64_t>(1, kPointers / (geometry.taps() + 3));
  const int64_t by_sums = std::max<int64_t>(1, kSums / padded_channels(geometry.out_c));
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

// Geometry of a 2-D convolution over NHWC data, and the pointers through which gemm kernels read
// its input without an im2col copy.
// Rules from: LiteRT tflite/kernels/padding.h (output size, odd padding goes to the end).
#pragma once

#include <cstddef>
#include <cstdint>

#include "samara/base/result.h"

namespace samara::kernels {

/// As numbered in the schema.
enum class Padding : uint8_t { same = 0, valid = 1 };

/// One spatial axis of a sliding window.
struct WindowAxis {
  int32_t in = 0, filter = 1, stride = 1, dilation = 1;
  int32_t out = 0, before = 0, after = 0;  // from resolve(); before and after: padding

  /// Sets out, before and after. `what` names the axis in messages: "height".
  /// Errors   invalid_model  filter, stride or dilation below 1, in negative, window too large
  Status resolve(Padding padding, const char* what);
  /// Where output position o begins in the input; negative or beyond `in` within the padding.
  int64_t begin(int64_t o) const { return o * stride - before; }
};

struct ConvGeometry {
  int32_t batches = 1;
  WindowAxis y, x;
  int32_t in_c = 1;   // channels of the input, of all groups together
  int32_t out_c = 1;  // of the output, of all groups together
  int32_t groups = 1;

  /// Resolves both axes.
  Status resolve(Padding padding);
  int64_t out_pixels() const { return int64_t{batches} * y.out * x.out; }
  int64_t taps() const { return int64_t{y.filter} * x.filter; }
  int32_t group_in_c() const { return in_c / groups; }
  int32_t group_out_c() const { return out_c / groups; }
  /// Length of a filter's row for one output channel.
  int64_t k() const { return taps() * group_in_c(); }
  /// Each output pixel reads exactly one input pixel, in order and without padding.
  bool pointwise() const {
    return taps() == 1 && y.stride == 1 && x.stride == 1 && y.before == 0 && x.before == 0 &&
           y.out == y.in && x.out == x.in;
  }
};

/// Where the values of some output pixels lie: `taps` pointers a pixel to `k` contiguous values.
struct TapLayout {
  size_t taps = 0, k = 0;
};

/// Pointers to the input values that output pixels read. Filter rows that lie in the image as a
/// whole are one pointer, so a first layer of 3 channels still has 9 values a pointer; a pixel
/// group that touches the left or right padding, a dilated or a grouped filter has one a tap.
/// Taps in the padding point to `zeros`, at least x.filter * in_c zero points.
template <class T>
class ConvPointers {
 public:
  ConvPointers(const ConvGeometry& g, const T* input, const T* zeros, int32_t group = 0)
      : g_(g), input_(input + size_t(group) * size_t(g.group_in_c())), zeros_(zeros) {}

  /// Most pointers that fill() writes for `count` pixels.
  static size_t most(const ConvGeometry& g, size_t count) { return size_t(g.taps()) * count; }

  /// Writes out[tap * count + i] for output pixels first + i, i < count, in NHW order. Values go
  /// with the filter's K index in order: tap by tap, k each.
  TapLayout fill(int64_t first, size_t count, const T** out) const {
    const Pixel p = pixel(first);
    if (in_one_row(p, count)) return by_one_row(p, count, out);
    return whole_rows(first, count) ? by_rows(first, count, out) : by_taps(first, count, out);
  }

 private:
  struct Pixel {
    int64_t b = 0, y = 0, x = 0;
  };
  Pixel pixel(int64_t i) const {
    const int64_t row = i / g_.x.out;
    return {row / g_.y.out, row % g_.y.out, i - row * g_.x.out};
  }
  void next(Pixel& p) const {
    if (++p.x < g_.x.out) return;
    p.x = 0;
    if (++p.y < g_.y.out) return;
    p.y = 0;
    ++p.b;
  }
  /// The pixels are neighbours, and their windows lie within the image's width.
  bool in_one_row(const Pixel& p, size_t count) const {
    const int64_t last = p.x + int64_t(count) - 1;
    return g_.x.dilation == 1 && g_.groups == 1 && last < g_.x.out && g_.x.begin(p.x) >= 0 &&
           g_.x.begin(last) + g_.x.filter <= g_.x.in;
  }
  TapLayout by_one_row(const Pixel& p, size_t count, const T** out) const {
    const size_t x = size_t(g_.x.begin(p.x)) * size_t(g_.in_c);
    const size_t each = size_t(g_.x.stride) * size_t(g_.in_c);
    int64_t y = g_.y.begin(p.y);
    for (int32_t ky = 0; ky < g_.y.filter; ++ky, y += g_.y.dilation, out += count) {
      const bool inside = y >= 0 && y < g_.y.in;
      const T* from = inside ? row(p, y) + x : zeros_;
      const size_t step = inside ? each : 0;
      for (size_t i = 0; i < count; ++i, from += step) out[i] = from;
    }
    return {size_t(g_.y.filter), size_t(g_.x.filter) * size_t(g_.in_c)};
  }
  bool whole_rows(int64_t first, size_t count) const {
    if (g_.x.dilation != 1 || g_.groups != 1) return false;
    if (g_.x.before == 0 && g_.x.after == 0) return true;
    Pixel p = pixel(first);
    for (size_t i = 0; i < count; ++i, next(p)) {
      const int64_t x = g_.x.begin(p.x);
      if (x < 0 || x + g_.x.filter > g_.x.in) return false;
    }
    return true;
  }
  const T* row(const Pixel& p, int64_t y) const {
    return input_ + size_t((p.b * g_.y.in + y) * g_.x.in) * size_t(g_.in_c);
  }
  TapLayout by_rows(int64_t first, size_t count, const T** out) const {
    Pixel p = pixel(first);
    for (size_t i = 0; i < count; ++i, next(p)) {
      const size_t x = size_t(g_.x.begin(p.x)) * size_t(g_.in_c);
      int64_t y = g_.y.begin(p.y);
      for (int32_t ky = 0; ky < g_.y.filter; ++ky, y += g_.y.dilation)
        out[size_t(ky) * count + i] = y < 0 || y >= g_.y.in ? zeros_ : row(p, y) + x;
    }
    return {size_t(g_.y.filter), size_t(g_.x.filter) * size_t(g_.in_c)};
  }
  TapLayout by_taps(int64_t first, size_t count, const T** out) const {
    Pixel p = pixel(first);
    for (size_t i = 0; i < count; ++i, next(p)) {
      const T** tap = out + i;
      int64_t y = g_.y.begin(p.y);
      for (int32_t ky = 0; ky < g_.y.filter; ++ky, y += g_.y.dilation) {
        const bool inside = y >= 0 && y < g_.y.in;
        const T* r = inside ? row(p, y) : zeros_;
        int64_t x = g_.x.begin(p.x);
        for (int32_t kx = 0; kx < g_.x.filter; ++kx, x += g_.x.dilation, tap += count)
          *tap = !inside || x < 0 || x >= g_.x.in ? zeros_ : r + size_t(x) * size_t(g_.in_c);
      }
    }
    return {size_t(g_.taps()), size_t(g_.group_in_c())};
  }

  const ConvGeometry& g_;
  const T* input_;
  const T* zeros_;
};

}  // namespace samara::kernels

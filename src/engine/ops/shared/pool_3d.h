// AvgPool3D and MaxPool3D: a window slides over the depth, height and width of NDHWC data; cells in
// the padding do not count. Custom operators with FlexBuffers options. The scales of input and
// output are taken to be equal.
// Rules from: LiteRT tflite/kernels/pooling3d.cc.
#pragma once

#include <algorithm>
#include <array>

#include "engine/graph/op.h"
#include "engine/kernels/conv_geometry.h"
#include "engine/ops/shared/parallel.h"

namespace samara::ops {

struct Pool3d {
  kernels::Padding padding = kernels::Padding::same;
  std::array<kernels::WindowAxis, 3> axes;  // filter and stride; in and out from resolve()
  Status resolve(const Shape& in);
};

Result<Pool3d> parse_pool_3d(const OpView& v);
Status infer_pool_3d(const Pool3d& p, Infer& n);

/// Folds the window's cells, channel by channel, in order: acc = step(acc, cell) from `init`, then
/// out = finish(acc, number of cells).
template <class T, class Acc, class Step, class Finish>
Status pool_3d(Pool3d p, Run& n, Acc init, const Step& step, const Finish& finish) {
  TRY(p.resolve(n.in(0).shape));
  // Named, not a structured binding: clang 14 cannot capture those.
  const kernels::WindowAxis &depth = p.axes[0], &height = p.axes[1], &width = p.axes[2];
  const int64_t channels = n.in(0).shape[4];
  const T* in = n.in_data<T>(0);
  T* out = n.out_data<T>(0);
  struct Span {
    int64_t first, last;
    Span(const kernels::WindowAxis& a, int64_t o)
        : first(std::max<int64_t>(0, a.begin(o))),
          last(std::min<int64_t>(a.begin(o) + a.filter, a.in)) {}
  };
  const auto cell = [&](int64_t i) {
    const int64_t row = i / width.out, plane = row / height.out, batch = plane / depth.out;
    const Span d(depth, plane % depth.out), h(height, row % height.out), w(width, i % width.out);
    const int64_t cells = (d.last - d.first) * (h.last - h.first) * (w.last - w.first);
    constexpr int64_t kTile = 64;
    for (int64_t c = 0; c < channels; c += kTile) {
      const int64_t tile = std::min(kTile, channels - c);
      Acc acc[kTile];
      std::fill(acc, acc + tile, init);
      for (int64_t z = d.first; z < d.last; ++z) {
        for (int64_t y = h.first; y < h.last; ++y) {
          const int64_t line = ((batch * depth.in + z) * height.in + y) * width.in;
          const T* from = in + (line + w.first) * channels + c;
          for (int64_t x = w.first; x < w.last; ++x, from += channels)
            for (int64_t k = 0; k < tile; ++k) acc[k] = step(acc[k], from[k]);
        }
      }
      for (int64_t k = 0; k < tile; ++k) out[i * channels + c + k] = finish(acc[k], cells);
    }
  };
  int64_t cost = channels;
  for (const kernels::WindowAxis& a : p.axes)
    cost = std::min<int64_t>(cost * std::min(a.filter, a.in), kGrain);
  for_elements(
      n.pool(), n.out(0).shape.range(0, 4),
      [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) cell(i);
      },
      cost);
  return ok();
}

}  // namespace samara::ops

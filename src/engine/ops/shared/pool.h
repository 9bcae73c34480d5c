// AVERAGE_POOL_2D, MAX_POOL_2D and L2_POOL_2D: a window slides over the height and width of NHWC
// data; cells in the padding do not count.
// Rules from: LiteRT tflite/kernels/pooling.cc, internal/reference/[integer_ops/]pooling.h.
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/graph/op.h"
#include "engine/kernels/conv_geometry.h"
#include "engine/ops/shared/activation.h"
#include "engine/ops/shared/parallel.h"

namespace samara::ops {

struct PoolParams {
  kernels::Padding padding = kernels::Padding::same;
  kernels::WindowAxis y, x;  // filter and stride
  Activation activation = fb::ActivationFunctionType_NONE;
};

struct Pool {
  kernels::WindowAxis y, x;
  Range<int32_t> range;  // of quantized results
};

Result<PoolParams> parse_pool(const OpView& v);
Status infer_pool(const PoolParams& p, Infer& n);
Status prepare_pool(const PoolParams& p, Pool& s, Prepare& n);

/// Folds the window's cells, channel by channel: acc = step(acc, cell) from `init`, in row order,
/// then out = finish(acc, number of cells).
template <class T, class Acc, class Step, class Finish>
void pool(Run& n, const Pool& s, Acc init, const Step& step, const Finish& finish) {
  const int64_t channels = n.in(0).shape[3];
  const T* in = n.in_data<T>(0);
  T* out = n.out_data<T>(0);
  const auto pixel = [&](int64_t i) {
    const int64_t row = i / s.x.out;
    const int64_t batch = row / s.y.out;
    const int64_t y0 = s.y.begin(row % s.y.out), x0 = s.x.begin(i % s.x.out);
    const int64_t y_first = std::max<int64_t>(y0, 0);
    const int64_t x_first = std::max<int64_t>(x0, 0);
    const int64_t y_last = std::min<int64_t>(y0 + s.y.filter, s.y.in);
    const int64_t x_last = std::min<int64_t>(x0 + s.x.filter, s.x.in);
    const int32_t cells = int32_t((y_last - y_first) * (x_last - x_first));
    constexpr int64_t kTile = 64;
    for (int64_t c = 0; c < channels; c += kTile) {
      const int64_t tile = std::min(kTile, channels - c);
      Acc acc[kTile];
      std::fill(acc, acc + tile, init);
      for (int64_t y = y_first; y < y_last; ++y) {
        const T* cell = in + ((batch * s.y.in + y) * s.x.in + x_first) * channels + c;
        for (int64_t x = x_first; x < x_last; ++x, cell += channels) {
          for (int64_t k = 0; k < tile; ++k) acc[k] = step(acc[k], cell[k]);
        }
      }
      T* to = out + i * channels + c;
      for (int64_t k = 0; k < tile; ++k) to[k] = finish(acc[k], cells);
    }
  };
  for_elements(
      n.pool(), n.out(0).shape.range(0, 3),
      [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) pixel(i);
      },
      channels * std::min(s.y.filter, s.y.in) * std::min(s.x.filter, s.x.in));
}

template <auto run>
constexpr auto pool_kernel = bind<PoolParams, Pool, run>;

}  // namespace samara::ops

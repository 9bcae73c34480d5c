// MaxPoolingWithArgmax2D and MaxPoolWithArgmax: the highest float32 value of a sliding window and
// where it lies. The first of equal values counts; where nothing is higher than the lowest float,
// the place is the window's first.
#pragma once

#include <algorithm>
#include <limits>

#include "engine/graph/op.h"
#include "engine/kernels/conv_geometry.h"
#include "engine/ops/shared/activation.h"
#include "engine/ops/shared/parallel.h"

namespace samara::ops {

struct ArgmaxPool {
  kernels::WindowAxis y = {}, x = {};  // filter and stride; in and out from resolve()
  Activation activation = fb::ActivationFunctionType_NONE;
  kernels::Padding padding = kernels::Padding::same;

  Status resolve(const Shape& in) {
    y.in = in[1];
    x.in = in[2];
    TRY(y.resolve(padding, "height"));
    return x.resolve(padding, "width");
  }
};

inline Status infer_argmax_pool(ArgmaxPool p, Infer& n, Type indices) {
  TRY(n.arity(1, 2));
  const Tensor& in = n.in(0);
  TRY(n.has_type(in, {Type::f32}));
  TRY(n.same_type(in, n.out(0)));
  TRY(n.has_type(n.out(1), {indices}));
  TRY(n.has_rank(in, 4));
  TRY(p.resolve(in.shape));
  const Shape out{in.shape[0], p.y.out, p.x.out, in.shape[3]};
  TRY(n.set_shape(n.out(0), out));
  return n.set_shape(n.out(1), out);
}

/// A place: in the window, and in the image (0, 0 where no value is higher than the lowest).
struct Place {
  int64_t window_y = 0, window_x = 0, y = 0, x = 0;
};

/// index(place, channel) is what output 1 gets.
template <class T, class Index>
Status run_argmax_pool(ArgmaxPool p, Run& n, const Index& index) {
  const Shape& shape = n.in(0).shape;
  TRY(p.resolve(shape));
  const Range<float> range = activation_range<float>(p.activation);
  const int64_t channels = shape[3];
  const float* in = n.in_data<float>(0);
  float* out = n.out_data<float>(0);
  T* indices = n.out_data<T>(1);
  const auto pixel = [&](int64_t i) {
    const int64_t row = i / p.x.out, batch = row / p.y.out;
    const int64_t y0 = p.y.begin(row % p.y.out), x0 = p.x.begin(i % p.x.out);
    const int64_t y_end = std::min<int64_t>(y0 + p.y.filter, p.y.in);
    const int64_t x_end = std::min<int64_t>(x0 + p.x.filter, p.x.in);
    for (int64_t c = 0; c < channels; ++c) {
      float highest = std::numeric_limits<float>::lowest();
      Place place;
      for (int64_t y = std::max<int64_t>(y0, 0); y < y_end; ++y) {
        for (int64_t x = std::max<int64_t>(x0, 0); x < x_end; ++x) {
          const float value = in[((batch * p.y.in + y) * p.x.in + x) * channels + c];
          if (!(value > highest)) continue;
          highest = value;
          place = {y - y0, x - x0, y, x};
        }
      }
      out[i * channels + c] = range.clamp(highest);
      indices[i * channels + c] = index(place, c);
    }
  };
  for_elements(
      n.pool(), n.out(0).shape.range(0, 3),
      [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) pixel(i);
      },
      channels * std::min(p.y.filter, p.y.in) * std::min(p.x.filter, p.x.in));
  return ok();
}

}  // namespace samara::ops

#include "engine/ops/shared/conv_3d.h"

#include <algorithm>

#include "engine/ops/shared/parallel.h"

namespace samara::ops {
namespace {

/// Output channels that are summed side by side.
constexpr int64_t kChannels = 16;

struct Sizes {
  std::array<int64_t, 3> in, out;
};

Sizes sizes_of(const Conv3d& c) {
  Sizes s;
  for (size_t a = 0; a < 3; ++a) {
    s.in[a] = c.transposed ? c.volume.axes[a].out : c.volume.axes[a].in;
    s.out[a] = c.transposed ? c.volume.axes[a].in : c.volume.axes[a].out;
  }
  return s;
}

/// The input position that tap `tap` joins with output position o; -1 where there is none.
int64_t source(const kernels::WindowAxis& a, bool transposed, int64_t o, int64_t tap) {
  if (!transposed) {
    const int64_t i = a.begin(o) + tap * a.dilation;
    return i < a.in ? std::max<int64_t>(i, -1) : -1;
  }
  const int64_t i = o + a.before - tap * a.dilation;
  return i < 0 || i % a.stride != 0 || i / a.stride >= a.out ? -1 : i / a.stride;
}

/// sums[0, count) += in_c products each, where the filter's columns are out_c apart.
template <int64_t kCount>
void add_products(const Conv3d& c, const float* in, const float* filter, float* sums,
                  int64_t count = kCount) {
  if constexpr (kCount != 0) count = kCount;
  for (int64_t i = 0; i < c.in_c; ++i, filter += c.out_c)
    for (int64_t k = 0; k < count; ++k) sums[k] += in[i] * filter[k];
}

/// Output channels [channel, channel + count) of the position `at` of image `batch`.
void sum_taps(const Conv3d& c, const Sizes& s, int64_t batch, const std::array<int64_t, 3>& at,
              int64_t channel, int64_t count, float* sums) {
  const auto& [depth, height, width] = c.volume.axes;
  // A transposed convolution meets the input's positions in order if it goes through the taps
  // backwards.
  const auto turned = [&](int64_t step, const kernels::WindowAxis& a) {
    return c.transposed ? a.filter - 1 - step : step;
  };
  for (int64_t d = 0; d < depth.filter; ++d) {
    const int64_t tap_d = turned(d, depth), in_d = source(depth, c.transposed, at[0], tap_d);
    if (in_d < 0) continue;
    for (int64_t h = 0; h < height.filter; ++h) {
      const int64_t tap_h = turned(h, height), in_h = source(height, c.transposed, at[1], tap_h);
      if (in_h < 0) continue;
      for (int64_t w = 0; w < width.filter; ++w) {
        const int64_t tap_w = turned(w, width), in_w = source(width, c.transposed, at[2], tap_w);
        if (in_w < 0) continue;
        const int64_t pixel = ((batch * s.in[0] + in_d) * s.in[1] + in_h) * s.in[2] + in_w;
        const int64_t tap = (tap_d * height.filter + tap_h) * width.filter + tap_w;
        const float* filter = c.filter + tap * c.in_c * c.out_c + channel;
        if (count == kChannels) {
          add_products<kChannels>(c, c.in + pixel * c.in_c, filter, sums);
        } else {
          add_products<0>(c, c.in + pixel * c.in_c, filter, sums, count);
        }
      }
    }
  }
}

}  // namespace

Result<Conv3dParams> parse_conv_3d(const OpView& v) {
  const auto& o = v.options<fb::Conv3DOptions>();
  if (o.padding() != fb::Padding_SAME && o.padding() != fb::Padding_VALID)
    return Error(Code::invalid_model, cat("padding ", int(o.padding()), " is unknown"));
  Conv3dParams p{.padding = kernels::Padding(o.padding()),
                 .stride = {o.stride_d(), o.stride_h(), o.stride_w()},
                 .dilation = {o.dilation_d_factor(), o.dilation_h_factor(), o.dilation_w_factor()}};
  TRY_SET(p.activation, fused_activation(o.fused_activation_function()));
  return p;
}

Status Volume::resolve(const Conv3dParams& p, const Shape& in, const Shape& filter) {
  for (int a = 0; a < 3; ++a) {
    kernels::WindowAxis& axis = axes[size_t(a)];
    axis = {.in = in[a + 1],
            .filter = filter[a],
            .stride = p.stride[size_t(a)],
            .dilation = p.dilation[size_t(a)]};
    TRY(axis.resolve(p.padding, kAxes3d[a]));
  }
  return ok();
}

void run_conv_3d(const Conv3d& c, ThreadPool& pool) {
  const Sizes s = sizes_of(c);
  const auto pixel = [&](int64_t i) {
    const int64_t row = i / s.out[2], plane = row / s.out[1];
    const std::array<int64_t, 3> at{plane % s.out[0], row % s.out[1], i % s.out[2]};
    for (int64_t channel = 0; channel < c.out_c; channel += kChannels) {
      const int64_t count = std::min(kChannels, c.out_c - channel);
      float sums[kChannels] = {};
      sum_taps(c, s, plane / s.out[0], at, channel, count, sums);
      float* out = c.out + i * c.out_c + channel;
      for (int64_t k = 0; k < count; ++k)
        out[k] = c.range.clamp(c.bias ? sums[k] + c.bias[channel + k] : sums[k]);
    }
  };
  int64_t cost = c.in_c * c.out_c;
  for (const kernels::WindowAxis& a : c.volume.axes)
    cost = std::min<int64_t>(cost * std::min(a.filter, a.in), kGrain);
  for_elements(
      pool, c.batches * s.out[0] * s.out[1] * s.out[2],
      [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) pixel(i);
      },
      cost);
}

}  // namespace samara::ops

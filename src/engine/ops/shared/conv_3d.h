// CONV_3D and CONV_3D_TRANSPOSE: sums over the taps of a filter that reach an output position, in
// the order of LiteRT's reference kernels, for several output channels at a time.
#pragma once

#include <array>

#include "engine/graph/op.h"
#include "engine/kernels/conv_geometry.h"
#include "engine/ops/shared/activation.h"

namespace samara::ops {

struct Conv3dParams {
  kernels::Padding padding = kernels::Padding::same;
  std::array<int32_t, 3> stride{}, dilation{};  // depth, height, width
  Activation activation = fb::ActivationFunctionType_NONE;
};
Result<Conv3dParams> parse_conv_3d(const OpView& v);

/// Names of the axes, in order.
inline constexpr const char* kAxes3d[3] = {"depth", "height", "width"};

/// Depth, height and width: of an ordinary convolution from the larger side to the smaller one.
struct Volume {
  std::array<kernels::WindowAxis, 3> axes = {};
  /// From [batch, depth, height, width, ...] of that convolution's input and [depth, height, width,
  /// ...] of the filter.
  Status resolve(const Conv3dParams& p, const Shape& in, const Shape& filter);
};

/// filter is [depth][height][width][in_c][out_c]. `transposed`: from the volume's output to its
/// input.
struct Conv3d {
  Volume volume = {};
  bool transposed = false;
  int64_t batches = 1, in_c = 1, out_c = 1;
  const float* in = nullptr;
  const float* filter = nullptr;
  const float* bias = nullptr;
  float* out = nullptr;
  Range<float> range = {};
};
void run_conv_3d(const Conv3d& c, ThreadPool& pool);

}  // namespace samara::ops

// How operators that XNNPACK takes round in the `xnnpack` profile: quantized results are one float
// product, ties to even; conversions between 8-bit scales are one 16-bit multiplication.
// Facts from: LiteRT tflite/delegates/xnnpack/xnnpack_delegate.cc (which nodes it takes), XNNPACK
// src/microparams-init.c and the portable micro-kernels; measured by tests/conformance.
#pragma once

#include <bit>
#include <cmath>

#include "engine/graph/op.h"
#include "engine/kernels/requant/requant_kernels.h"
#include "engine/ops/shared/activation.h"

namespace samara::ops {

/// In that profile XNNPACK takes no tensor of more than 6 dimensions.
inline bool rounds_once(const Operands& n) {
  constexpr int kMostDimensions = 6;
  if (n.numerics() != Numerics::xnnpack) return false;
  for (int i = 0; i < n.inputs(); ++i)
    if (n.has(i) && n.in(i).shape.rank() > kMostDimensions) return false;
  for (int i = 0; i < n.outputs(); ++i)
    if (n.out(i).shape.rank() > kMostDimensions) return false;
  return true;
}

/// The ratio of two scales, in float as XNNPACK has it.
inline float scale_ratio(const Tensor& in, const Tensor& out) {
  return in.quant.scale() / out.quant.scale();
}

/// x between the bounds of `range`, of at most 22 bits, rounded to even; NaN gives the lower one.
inline int32_t round_even(float x, Range<int32_t> range) {
  return kernels::round_even_clamped(x, float(range.low), float(range.high));
}

/// The range of an output with a fused activation: its bounds with the zero point, rounded to even.
inline Range<int32_t> range_once(Activation a, const Tensor& out) {
  const Range<int32_t> type = integer_range(out.type);
  const Range<float> real = activation_range<float>(a);
  const auto quantize = [&](float bound) {
    return round_even(bound / out.quant.scale() + float(out.quant.zero_point()), type);
  };
  return {quantize(real.low), quantize(real.high)};
}

/// A value of scale `in` to scale `out`: the ratio in steps of 1/256.
class Conversion {
 public:
  Conversion() = default;
  explicit Conversion(float ratio) : multiplier_(int32_t(std::lrint(256.0f * ratio))) {}
  /// Whether XNNPACK has a multiplier for the ratio.
  static bool takes(float ratio) { return ratio >= 0x1p-8f && ratio <= 128.0f; }
  /// `x` is a difference of two 8-bit values.
  int32_t operator()(int32_t x) const { return (x * multiplier_ + 128) >> 8; }

 private:
  int32_t multiplier_ = 0;
};

}  // namespace samara::ops

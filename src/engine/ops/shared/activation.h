// Ranges that results are clamped to, fused activation functions among them, and a judgement of
// scales. Rules from: LiteRT tflite/kernels/kernel_util.cc (CalculateActivationRange[Quantized]),
// internal/quantization_util.cc (CheckedLog2).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "engine/graph/op.h"
#include "engine/kernels/requant/requant.h"

namespace samara::ops {

using Activation = fb::ActivationFunctionType;

template <class T>
struct Range {
  T low = std::numeric_limits<T>::lowest();
  T high = std::numeric_limits<T>::max();
  T clamp(T x) const { return std::min(std::max(x, low), high); }
  /// clamp(x + offset), where the sum wraps: only absurd scales let it.
  T clamp(T x, T offset) const { return clamp(kernels::wrapping_add(x, offset)); }
};

/// `a` if it is one that arithmetic and pooling can fuse.
inline Result<Activation> fused_activation(Activation a) {
  switch (a) {
    case fb::ActivationFunctionType_NONE:
    case fb::ActivationFunctionType_RELU:
    case fb::ActivationFunctionType_RELU_N1_TO_1:
    case fb::ActivationFunctionType_RELU6:
      return a;
    default:
      return Error(Code::unsupported, cat("fused activation ", int(a), " is not supported"));
  }
}

/// The range of unquantized results.
template <class T>
Range<T> activation_range(Activation a) {
  Range<T> r;
  if (a == fb::ActivationFunctionType_RELU || a == fb::ActivationFunctionType_RELU6) r.low = T(0);
  if (a == fb::ActivationFunctionType_RELU_N1_TO_1) r.low = T(-1);
  if (a == fb::ActivationFunctionType_RELU6) r.high = T(6);
  if (a == fb::ActivationFunctionType_RELU_N1_TO_1) r.high = T(1);
  return r;
}

/// The values that an integer type holds; {0, 0} for types that are not 8, 16 or 32 bit integers.
inline Range<int32_t> integer_range(Type type) {
  switch (type) {
    case Type::i8:
      return {-128, 127};
    case Type::u8:
      return {0, 255};
    case Type::i16:
      return {-32768, 32767};
    case Type::i32:
      return {};
    default:
      return {0, 0};
  }
}

/// The range of an output's quantized values. Errors: invalid_model when a bound of the activation
/// is beyond 32 bits at the output's scale.
inline Result<Range<int32_t>> quantized_activation_range(Activation a, const Tensor& out) {
  Range<int32_t> r = integer_range(out.type);
  const Range<float> real = activation_range<float>(a);
  const auto quantize = [&](float bound) -> Result<int32_t> {
    const float q = std::round(bound / out.quant.scale());
    if (!(std::abs(q) < 0x1p30f)) {
      return Error(Code::invalid_model,
                   cat("output scale ", out.quant.scale(), " is too small for its activation"));
    }
    return out.quant.zero_point() + int32_t(q);
  };
  if (a == fb::ActivationFunctionType_NONE) return r;
  TRY_SET(const int32_t low, quantize(real.low));
  r.low = std::max(r.low, low);
  if (a == fb::ActivationFunctionType_RELU) return r;
  TRY_SET(const int32_t high, quantize(real.high));
  r.high = std::min(r.high, high);
  return r;
}

/// Whether `scale` is 2^exponent, near enough for the reference's 16-bit kernels.
inline bool power_of_two(float scale, int& exponent) {
  const float log2 = std::log(scale) * (1.0f / std::log(2.0f));
  const float rounded = std::round(log2);
  exponent = int(rounded);
  return std::abs(log2 - rounded) < 1e-3f;
}

}  // namespace samara::ops

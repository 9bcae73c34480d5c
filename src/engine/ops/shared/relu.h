// RELU and its kin: values clamped to [low, high]. Quantized values may change scale on the way.
// Rules from: LiteRT tflite/kernels/activations.cc (ReluPrepare, QuantizedReluX).
#pragma once

#include <limits>

#include "engine/kernels/requant/requant.h"
#include "engine/ops/shared/lookup.h"

namespace samara::ops {

struct Relu : Lookup {
  kernels::Multiplier scale;
  int32_t in_zero = 0, out_zero = 0;
  Range<int32_t> range;
  int32_t apply(int32_t q) const {
    return range.clamp(kernels::rescale(q - in_zero, scale), out_zero);
  }
};

constexpr int kNoBound = std::numeric_limits<int>::max();

/// `bound` as a quantized value of `t`, saturated to 24 bits and then to the type's range.
inline int32_t quantize_bound(int bound, const Tensor& t) {
  const float q = std::round(float(bound) / t.quant.scale());
  return t.quant.zero_point() + int32_t(std::clamp(q, -0x1p24f, 0x1p24f));
}

template <int low, int high>
Status prepare_relu(const NoParams&, Relu& s, Prepare& n) {
  const Tensor& in = n.in(0);
  const Tensor& out = n.out(0);
  if (in.quant.empty() || out.quant.empty()) return ok();
  s.scale = kernels::quantize_multiplier(in.quant.scale() / out.quant.scale());
  s.in_zero = in.quant.zero_point();
  s.out_zero = out.quant.zero_point();
  s.range = integer_range(out.type);
  s.range.low = std::max(s.range.low, quantize_bound(low, out));
  if (high != kNoBound) s.range.high = std::min(s.range.high, quantize_bound(high, out));
  if (out.type != Type::i16) fill_bytes(s, in.type, [&](int32_t q) { return s.apply(q); });
  return ok();
}

template <int low, int high>
Status run_relu_f32(const NoParams&, Relu&, Run& n) {
  constexpr float kMost = std::numeric_limits<float>::infinity();
  const auto clamp = kernels::elementwise_f32().clamp;
  float_ranges(
      n,
      [clamp](const float* in, float* out, size_t count) {
        clamp(in, out, count, float(low), high == kNoBound ? kMost : float(high));
      },
      1);
  return ok();
}
inline Status run_relu_bytes(const NoParams&, Relu& s, Run& n) {
  run_bytes(s, n);
  return ok();
}
inline Status run_relu_i16(const NoParams&, Relu& s, Run& n) {
  unary<int16_t, int16_t>(n, [&s](int16_t q) { return int16_t(s.apply(q)); });
  return ok();
}

template <int low, int high>
constexpr OpDef define_relu(const OpInfo& info) {
  return define_op<NoParams, Relu, parse_none, infer_function<>, prepare_relu<low, high>>(
      info, {{Type::f32, bind<NoParams, Relu, run_relu_f32<low, high>>},
             {Type::i8, bind<NoParams, Relu, run_relu_bytes>},
             {Type::u8, bind<NoParams, Relu, run_relu_bytes>},
             {Type::i16, bind<NoParams, Relu, run_relu_i16>}});
}

}  // namespace samara::ops

// Tables for functions of one quantized value. An 8-bit function is a table of all 256 results; a
// smooth 16-bit one is sampled at 513 points and interpolated.
// Rules from: LiteRT tflite/kernels/internal/common.h (LUTPopulate, LUTLookup).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "engine/kernels/requant/requant_kernels.h"
#include "engine/ops/shared/activation.h"
#include "engine/ops/shared/float_vectors.h"
#include "engine/ops/shared/unary.h"

namespace samara::ops {

struct Lookup {
  static constexpr int kSteps = 512;
  std::array<uint8_t, 256> bytes{};           // by the input's bits
  std::array<int16_t, kSteps + 1> samples{};  // from the lowest input to the highest

  int16_t interpolate(int16_t value) const {
    const int index = 256 + (value >> 7);
    const int base = samples[index];
    const int16_t slope = int16_t(samples[index + 1] - base);
    return int16_t(base + ((slope * (value & 127) + 64) >> 7));
  }
};

/// Fills the bytes with f(q) for every value q of `type` (i8 or u8); f's result is in range.
template <class F>
void fill_bytes(Lookup& s, Type type, const F& f) {
  const Range<int32_t> range = integer_range(type);
  for (int32_t q = range.low; q <= range.high; ++q) s.bytes[uint8_t(q)] = uint8_t(f(q));
}

/// Fills the bytes with the function `f` of real numbers between two quantized tensors; ties go away
/// from zero, or with `to_even` as XNNPACK has them.
template <class F>
void fill_bytes_real(Lookup& s, const Tensor& in, const Tensor& out, const F& f,
                     bool to_even = false) {
  const Range<int32_t> range = integer_range(out.type);
  const float inverse = 1 / out.quant.scale();
  fill_bytes(s, in.type, [&](int32_t q) {
    const float real = in.quant.scale() * float(q - in.quant.zero_point());
    const float steps = f(real) * inverse;
    const float result =
        (to_even ? std::nearbyint(steps) : std::round(steps)) + float(out.quant.zero_point());
    if (std::isnan(result)) return range.low;
    return int32_t(std::clamp(result, float(range.low), float(range.high)));
  });
}

/// Fills the samples of f from `low` to `high` (Real is float or double, as the reference has it
/// for this operator), results in steps of `out_scale`. Each sample is moved by half of the
/// interpolation's error in the middle of its interval.
template <class Real, class F>
void fill_samples(Lookup& s, Real low, Real high, Real out_scale, const F& f) {
  const Real step = (high - low) / Lookup::kSteps;
  const Real half = step / 2;
  const Real scaling = Real(65536) / (out_scale * Real(32767) - out_scale * Real(-32768));
  const auto saturate = [](Real x) {
    if (std::isnan(x)) return int16_t(-32768);
    return int16_t(std::min(std::max(x, Real(-32768)), Real(32767)));
  };
  for (int i = 0; i < Lookup::kSteps; ++i) {
    const Real value = f(low + Real(i) * step);
    const Real middle = f(low + Real(i) * step + half);
    const Real next = f(low + Real(i + 1) * step);
    const Real sample = std::round(value * scaling);
    const Real interpolated = std::round((next * scaling + std::round(value * scaling)) / 2);
    const Real error = interpolated - std::round(middle * scaling);
    s.samples[i] = saturate(sample - std::round(error / 2));
  }
  s.samples[Lookup::kSteps] = saturate(std::round(f(high) * scaling));
}

/// fill_samples() for two 16-bit tensors with zero points 0.
template <class F>
void fill_samples_real(Lookup& s, const Tensor& in, const Tensor& out, const F& f) {
  const float scale = in.quant.scale();
  fill_samples<float>(s, scale * -32768.0f, scale * 32767.0f, out.quant.scale(), f);
}

/// Input and output quantized; 16-bit ones with zero point 0.
Status infer_quantized_unary(Infer& n);

inline void run_bytes(const Lookup& s, Run& n) {
  const uint8_t* in = n.in_data<uint8_t>(0);
  uint8_t* out = n.out_data<uint8_t>(0);
  const auto lookup = kernels::requant_rows().kernels->lookup8;
  for_elements(n.pool(), n.in(0).shape.elements(), [&](int64_t begin, int64_t end) {
    lookup(s.bytes.data(), in + begin, out + begin, size_t(end - begin));
  });
}
inline void run_samples(const Lookup& s, Run& n) {
  unary<int16_t, int16_t>(n, [&s](int16_t q) { return s.interpolate(q); });
}
template <class P>
constexpr auto bytes_kernel = bind<P, Lookup, [](const P&, Lookup& s, Run& n) {
  run_bytes(s, n);
  return ok();
}>;
template <class P>
constexpr auto samples_kernel = bind<P, Lookup, [](const P&, Lookup& s, Run& n) {
  run_samples(s, n);
  return ok();
}>;

/// infer for operators whose integer types are quantized and whose float types are not.
template <class P = NoParams>
Status infer_function(const P& p, Infer& n) {
  TRY(infer_unary(p, n));
  switch (n.in(0).type) {
    case Type::i8:
    case Type::u8:
    case Type::i16:
      return infer_quantized_unary(n);
    default:
      return ok();
  }
}

/// prepare for a function F of real numbers, in the form that its type calls for.
template <class F>
Status prepare_function(const NoParams&, Lookup& s, Prepare& n) {
  const Type type = n.in(0).type;
  if (type == Type::i8 || type == Type::u8) fill_bytes_real(s, n.in(0), n.out(0), F{});
  if (type == Type::i16) fill_samples_real(s, n.in(0), n.out(0), F{});
  return ok();
}
template <class T, class F>
constexpr auto function_kernel = bind<NoParams, Lookup, [](const NoParams& p, Lookup&, Run& n) {
  return run_unary<T, F>(p, n);
}>;

/// The float kernel of a function that elementwise_f32() has.
template <auto member>
constexpr auto vector_kernel = bind<NoParams, Lookup, [](const NoParams&, Lookup&, Run& n) {
  float_unary<member, 8>(n);
  return ok();
}>;

}  // namespace samara::ops

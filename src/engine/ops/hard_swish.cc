// HARD_SWISH: x * clamp(x + 3, 0, 6) / 6. Builtin 117, version 1. Quantized: in 16-bit fixed point
// with 7 extra bits of input, where each rounding is part of the definition.
// Rules from: LiteRT tflite/kernels/activations.cc (HardSwishPrepare),
// internal/reference/hard_swish.h.
#include <algorithm>

#include "engine/kernels/requant/requant.h"
#include "engine/ops/shared/lookup.h"

namespace samara::ops {
namespace {

/// A Multiplier cut to 16 bits, rounded.
struct Multiplier16 {
  int16_t value = 0;
  int shift = 0;
};
Multiplier16 to_16_bits(kernels::Multiplier m) {
  if (m.value >= std::numeric_limits<int32_t>::max() - (1 << 15)) return {32767, m.shift};
  return {int16_t((m.value + (1 << 15)) >> 16), m.shift};
}

int32_t saturate(int64_t x) { return int32_t(std::clamp<int64_t>(x, -32768, 32767)); }

/// (a * b * 2) >> 16, rounded half away from zero, saturated.
int32_t high_mul(int32_t a, int32_t b) {
  const int32_t product = a * b;
  return saturate((product + (product >= 0 ? 1 << 14 : 1 - (1 << 14))) / (1 << 15));
}

struct Scales {
  Multiplier16 out, gate;
  int32_t in_zero = 0, out_zero = 0;
};

int32_t hard_swish_value(int32_t q, const Scales& s) {
  const int32_t fine = (q - s.in_zero) * 128;
  const int32_t value = high_mul(fine, s.out.value);
  // The gate (x + 3) / 6 clamped to [0, 1], first as (x / 3) clamped to [-1, 1].
  int32_t gate = fine;
  if (s.gate.shift > 0) gate = saturate(int64_t{gate} * (int64_t{1} << (s.gate.shift - 1)));
  gate = high_mul(gate, s.gate.value);
  if (s.gate.shift > 0) gate = saturate(gate * 2);
  if (s.gate.shift < 0) gate = kernels::rounding_shift_right(gate, -s.gate.shift);
  gate = (gate + (1 << 15)) >> 1;
  // Cut here, not rounded.
  const int32_t product = saturate(gate * value / (1 << 15));
  return kernels::rounding_shift_right(product, -s.out.shift) + s.out_zero;
}

Status prepare(const NoParams&, Lookup& table, Prepare& n) {
  const Tensor& in = n.in(0);
  const Tensor& out = n.out(0);
  if (in.type == Type::f32) return ok();
  const float fine_scale = (1.0f / 128.0f) * in.quant.scale();
  Scales s;
  s.in_zero = in.quant.zero_point();
  s.out_zero = out.quant.zero_point();
  s.out = to_16_bits(kernels::quantize_multiplier(fine_scale / out.quant.scale()));
  s.gate = to_16_bits(kernels::quantize_multiplier(fine_scale / (3.0f / 32768.0f)));
  if (s.out.shift > 0) {
    return Error(Code::invalid_model, cat("output scale ", out.quant.scale(),
                                          " is under 1/128 of the input's ", in.quant.scale()));
  }
  const Range<int32_t> range = integer_range(out.type);
  fill_bytes(table, in.type, [&](int32_t q) { return range.clamp(hard_swish_value(q, s)); });
  return ok();
}

}  // namespace

extern constinit const OpDef hard_swish =
    define_op<NoParams, Lookup, parse_none, infer_function<>, prepare>(
        {.name = "HARD_SWISH", .code = 117, .versions = {1, 1}, .in_place = 1},
        {{Type::f32, vector_kernel<&kernels::ElementwiseF32::hard_swish>},
         {Type::i8, bytes_kernel<NoParams>},
         {Type::u8, bytes_kernel<NoParams>}});

}  // namespace samara::ops

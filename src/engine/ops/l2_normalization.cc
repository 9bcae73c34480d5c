// L2_NORMALIZATION: rows along the last dimension divided by their Euclidean length. Builtin 11,
// versions 1 to 2. Quantized outputs have the scale 1/128 and zero point 0 (i8) or 128 (u8).
// Rules from: LiteRT tflite/kernels/l2norm.cc, internal/reference/[integer_ops/]l2normalization.h.
#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/ops/shared/activation.h"
#include "engine/ops/shared/fixed_point.h"
#include "engine/ops/shared/lookup.h"
#include "engine/ops/shared/rows.h"

namespace samara::ops {
namespace {

constexpr int64_t kCost = 2;

struct Params {};

Result<Params> parse(const OpView& v) {
  const Activation a = v.options<fb::L2NormOptions>().fused_activation_function();
  if (a != fb::ActivationFunctionType_NONE) {
    return Error(Code::unsupported, cat("fused activation ", int(a), " is not supported"));
  }
  return Params{};
}

Status infer(const Params& p, Infer& n) {
  TRY(infer_function(p, n));
  TRY(check_has_rows(n));
  const Tensor& out = n.out(0);
  if (out.type == Type::f32) return ok();
  const int32_t zero = out.type == Type::u8 ? 128 : 0;
  if (out.quant.scale() != 1.0f / 128 || out.quant.zero_point() != zero) {
    return Error(Code::invalid_model,
                 cat("output must have scale 1/128 and zero point ", zero, ", not ",
                     out.quant.scale(), " and ", out.quant.zero_point()));
  }
  return ok();
}

void row_f32(const float* in, float* out, int64_t depth) {
  constexpr float kLeast = 1e-6f;
  double sum = 0;
  for (int64_t c = 0; c < depth; ++c) sum += double(in[c]) * double(in[c]);
  const float length = std::max(float(std::sqrt(sum)), kLeast);
  for (int64_t c = 0; c < depth; ++c) out[c] = in[c] / length;
}

Status run_f32(const Params&, Run& n) {
  for_each_row<float, float>(n, row_f32, kCost);
  return ok();
}

/// The inverse length of a row of quantized values without zero point.
template <class T>
kernels::Multiplier inverse_length(const T* in, int64_t depth, int32_t zero) {
  int64_t sum = 0;
  for (int64_t c = 0; c < depth; ++c) sum += (in[c] - zero) * (in[c] - zero);
  return fixed::inverse_sqrt(int32_t(std::min<int64_t>(sum, std::numeric_limits<int32_t>::max())));
}

Status run_i8(const Params&, Run& n) {
  const int32_t zero = n.in(0).quant.zero_point();
  for_each_row<int8_t, int8_t>(
      n,
      [zero](const int8_t* in, int8_t* out, int64_t depth) {
        kernels::Multiplier m = inverse_length(in, depth, zero);
        m.shift += 7;
        for (int64_t c = 0; c < depth; ++c) {
          out[c] = int8_t(integer_range(Type::i8).clamp(kernels::rescale(in[c] - zero, m)));
        }
      },
      kCost);
  return ok();
}

Status run_u8(const Params&, Run& n) {
  const int32_t zero = n.in(0).quant.zero_point();
  for_each_row<uint8_t, uint8_t>(
      n,
      [zero](const uint8_t* in, uint8_t* out, int64_t depth) {
        const kernels::Multiplier m = inverse_length(in, depth, zero);
        for (int64_t c = 0; c < depth; ++c) {
          const int32_t value = 128 + kernels::rescale(128 * (in[c] - zero), m);
          out[c] = uint8_t(integer_range(Type::u8).clamp(value));
        }
      },
      kCost);
  return ok();
}

}  // namespace

extern constinit const OpDef l2_normalization = define_op<Params, parse, infer>(
    {.name = "L2_NORMALIZATION", .code = 11, .versions = {1, 2}, .in_place = 1},
    {{Type::f32, bind<Params, run_f32>},
     {Type::i8, bind<Params, run_i8>},
     {Type::u8, bind<Params, run_u8>}});

}  // namespace samara::ops

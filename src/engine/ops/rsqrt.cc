// RSQRT: 1 / sqrt(x). Builtin 76, versions 1 to 3. Quantized: zero gives the highest value, what is
// below is an error.
// Rules from: LiteRT tflite/kernels/elementwise.cc (RsqrtEvalQuantized...).
#include <cmath>

#include "engine/ops/shared/fixed_point.h"
#include "engine/ops/shared/lookup.h"

namespace samara::ops {
namespace {

/// By fixed-point arithmetic with 20 bits more.
void prepare_i8(Lookup& s, const Tensor& in, const Tensor& out) {
  constexpr int kExtra = 20;
  const kernels::Multiplier scale =
      kernels::quantize_multiplier(1.0 / double(std::sqrt(in.quant.scale()) * out.quant.scale()));
  const Range<int32_t> range = integer_range(Type::i8);
  fill_bytes(s, Type::i8, [&](int32_t q) {
    const int32_t value = q - in.quant.zero_point();
    if (value <= 0) return range.high;
    kernels::Multiplier inverse = fixed::inverse_sqrt(value);
    inverse.shift += kExtra;
    const int shift = scale.shift - kExtra;
    if (shift < -31) return range.clamp(out.quant.zero_point());
    const int32_t root = kernels::rescale(1, inverse);
    return range.clamp(kernels::rescale(root, {scale.value, shift}), out.quant.zero_point());
  });
}

Status prepare(const NoParams&, Lookup& s, Prepare& n) {
  const Tensor& in = n.in(0);
  const Tensor& out = n.out(0);
  if (in.type == Type::i8) prepare_i8(s, in, out);
  if (in.type == Type::i16) {
    const float highest = 32767.0f * out.quant.scale();
    fill_samples_real(s, in, out, [&](float x) { return x <= 0 ? highest : 1 / std::sqrt(x); });
  }
  return ok();
}

template <class T>
Status run_quantized(const NoParams&, Lookup& s, Run& n) {
  const Quantization& in = n.in(0).quant;
  for (const T q : n.view<const T>(n.in(0))) {
    if (q < in.zero_point()) {
      return Error(Code::invalid_argument, cat("inverse square root of a negative value, ",
                                               in.scale() * float(q - in.zero_point())));
    }
  }
  sizeof(T) == 1 ? run_bytes(s, n) : run_samples(s, n);
  return ok();
}

}  // namespace

extern constinit const OpDef rsqrt =
    define_op<NoParams, Lookup, parse_none, infer_function<>, prepare>(
        {.name = "RSQRT", .code = 76, .versions = {1, 3}, .in_place = 1},
        {{Type::f32, vector_kernel<&kernels::ElementwiseF32::rsqrt>},
         {Type::i8, bind<NoParams, Lookup, run_quantized<int8_t>>},
         {Type::i16, bind<NoParams, Lookup, run_quantized<int16_t>>}});

}  // namespace samara::ops

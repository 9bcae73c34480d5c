// DIV: in 0 / in 1 with broadcasting and a fused activation. Builtin 42, versions 1 to 2. Integers
// round toward zero; a zero divisor is an error but for floats.
// Rules from: LiteRT tflite/kernels/div.cc, internal/reference/div.h.
#include <algorithm>
#include <bit>
#include <functional>

#include "engine/ops/shared/arithmetic.h"
#include "engine/ops/shared/fixed_point.h"
#include "engine/ops/shared/integer_division.h"

namespace samara::ops {
namespace {

Status prepare(const ArithmeticParams& p, Fixed& s, Prepare& n) {
  if (!is_quantized(n.in(0))) return ok();
  TRY_SET(s, prepare_fixed(n, p.activation));
  const float factor = n.in(0).quant.scale() / (n.in(1).quant.scale() * n.out(0).quant.scale());
  s.out = kernels::quantize_multiplier(factor);
  return ok();
}

Status run_i32(const ArithmeticParams& p, Fixed&, Run& n) {
  TRY(check_divisor<int32_t>(n));
  const Range<int32_t> range = activation_range<int32_t>(p.activation);
  binary<int32_t, int32_t, int32_t>(n, [range](int32_t a, int32_t b) {
    return range.clamp(b == -1 ? int32_t(0 - uint32_t(a)) : a / b);
  });
  return ok();
}

/// The quotient of two values without zero point, by the divisor's fixed-point reciprocal.
int32_t quotient(int32_t a, int32_t b, kernels::Multiplier out) {
  if (b < 0) {
    a = -a;
    b = -b;
  }
  int reciprocal_shift = 0;
  const int32_t inverse = fixed::reciprocal(b, 31, reciprocal_shift);
  // The dividend is shifted up as far as its sign bits allow.
  const int headroom = std::countl_zero(uint32_t(a < 0 ? ~a : a)) - 1;
  const int32_t unscaled = fixed::mul(a * (int32_t{1} << headroom), inverse);
  const int shift = out.shift - reciprocal_shift - headroom;
  if (a == 0 || shift < -31) return 0;
  // `unscaled` has 29 bits or more, so this is beyond any output; the reference shifts by a negative
  // number there.
  if (shift > 0) return a < 0 ? -(1 << 20) : 1 << 20;
  return kernels::rescale(unscaled, {out.value, shift});
}

template <class T>
Status run_quantized(const ArithmeticParams&, Fixed& s, Run& n) {
  TRY(check_divisor<T>(n, T(s.zero[1])));
  binary<T, T, T>(n, [s](T a, T b) {
    return T(s.range.clamp(quotient(a - s.zero[0], b - s.zero[1], s.out) + s.out_zero));
  });
  return ok();
}

Status infer(const ArithmeticParams& p, Infer& n) {
  TRY(infer_arithmetic(p, n));
  if (n.in(0).type != Type::i16) return ok();
  for (const Tensor* t : {&n.in(0), &n.in(1), &n.out(0)}) TRY(n.quantized(*t));
  return ok();
}

template <auto run>
constexpr auto kernel = bind<ArithmeticParams, Fixed, run>;

}  // namespace

extern constinit const OpDef div =
    define_op<ArithmeticParams, Fixed, parse_arithmetic<fb::DivOptions>, infer, prepare>(
        {.name = "DIV", .code = 42, .versions = {1, 2}, .in_place = 0b11},
        {{Type::f32, plain_kernel<float, std::divides<>>},
         {Type::i32, kernel<run_i32>},
         {Type::i8, kernel<run_quantized<int8_t>>},
         {Type::u8, kernel<run_quantized<uint8_t>>},
         {Type::i16, kernel<run_quantized<int16_t>>}});

}  // namespace samara::ops

// ADD, SUB, MUL and DIV: two inputs, a fused activation, and per type either the plain operation
// or a fixed-point one on quantized values.
#pragma once

#include <type_traits>

#include "engine/kernels/half/half.h"
#include "engine/kernels/requant/requant.h"
#include "engine/ops/shared/activation.h"
#include "engine/ops/shared/binary.h"
#include "engine/ops/shared/float_vectors.h"

namespace samara::ops {

struct ArithmeticParams {
  Activation activation = fb::ActivationFunctionType_NONE;
  bool pot_scale_int16 = false;  // ADD and SUB: the older 16-bit form where scales allow it
};

/// What prepare works out for quantized operands: zero points, multipliers, the output's range.
struct Fixed {
  int32_t zero[2] = {};
  int32_t out_zero = 0;
  int left_shift = 0;
  kernels::Multiplier in[2], out;
  Range<int32_t> range;
};

/// `Options` has the fused activation as AddOptions has it.
template <class Options>
Result<ArithmeticParams> parse_arithmetic(const OpView& v) {
  const Options& o = v.options<Options>();
  ArithmeticParams p;
  TRY_SET(p.activation, fused_activation(o.fused_activation_function()));
  if constexpr (requires { o.pot_scale_int16(); }) p.pot_scale_int16 = o.pot_scale_int16();
  return p;
}

inline bool is_8bit(Type t) { return t == Type::i8 || t == Type::u8; }
/// 8-bit values are always quantized, 16-bit ones where the model says so.
inline bool is_quantized(const Tensor& t) {
  return is_8bit(t.type) || (t.type == Type::i16 && !t.quant.empty());
}

/// Shapes, types, and for quantized operands their scales; 16-bit zero points must be 0.
Status infer_arithmetic(const ArithmeticParams& p, Infer& n);

/// Zero points and range. Errors: as quantized_activation_range().
Result<Fixed> prepare_fixed(const Operands& n, Activation activation);

/// x * y, x + y ... on plain values; integers wrap.
template <class T, class F>
T wrapping(F f, T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    using U = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;
    return T(f(U(a), U(b)));
  } else {
    return f(a, b);
  }
}

/// The kernel of the plain operation F, clamped to the activation's range.
template <class T, class F>
Status run_plain(const ArithmeticParams& p, Fixed&, Run& n) {
  using Value = std::conditional_t<std::is_same_v<T, kernels::Half>, float, T>;
  const Range<Value> range = activation_range<Value>(p.activation);
  binary<T, T, T>(n, [range](T a, T b) { return T(range.clamp(wrapping<Value>(F{}, a, b))); });
  return ok();
}
template <class T, class F>
constexpr auto plain_kernel = bind<ArithmeticParams, Fixed, run_plain<T, F>>;

/// The kernel of a float vector function, clamped to the activation's range.
template <auto member>
Status run_float(const ArithmeticParams& p, Fixed&, Run& n) {
  float_binary<member>(n, activation_range<float>(p.activation));
  return ok();
}
template <auto member>
constexpr auto float_kernel = bind<ArithmeticParams, Fixed, run_float<member>>;

// ADD and SUB differ in a sign.

Status prepare_sum(const ArithmeticParams& p, Fixed& s, Prepare& n);

/// sign * in 1 + in 0 on quantized values: both rescaled to a common finer scale, then the sum.
/// Rules from: LiteRT tflite/kernels/{add,sub}.cc, internal/reference/{add,sub}.h.
template <class T, int sign>
Status run_sum(const ArithmeticParams&, Fixed& s, Run& n) {
  binary<T, T, T>(n, [s](T a, T b) {
    const int32_t x = kernels::rescale((a - s.zero[0]) * (1 << s.left_shift), s.in[0]);
    const int32_t y = kernels::rescale((b - s.zero[1]) * (1 << s.left_shift), s.in[1]);
    return T(s.range.clamp(kernels::rescale(x + sign * y, s.out) + s.out_zero));
  });
  return ok();
}

/// 16-bit: power-of-two scales (one operand shifted, then a saturating sum), general scales, or
/// plain integers without scales.
template <int sign>
Status run_sum_i16(const ArithmeticParams& p, Fixed& s, Run& n) {
  if (!is_quantized(n.in(0))) {
    return sign > 0 ? run_plain<int16_t, std::plus<>>(p, s, n)
                    : run_plain<int16_t, std::minus<>>(p, s, n);
  }
  if (s.left_shift != 0) return run_sum<int16_t, sign>(p, s, n);
  binary<int16_t, int16_t, int16_t>(n, [s](int16_t a, int16_t b) {
    const int32_t x = kernels::rounding_shift_right(a, -s.in[0].shift);
    const int32_t y = kernels::rounding_shift_right(b, -s.in[1].shift);
    const int32_t sum = integer_range(Type::i16).clamp(x + sign * y);
    return int16_t(s.range.clamp(sum));
  });
  return ok();
}

template <class T, int sign>
constexpr auto sum_kernel = bind<ArithmeticParams, Fixed, run_sum<T, sign>>;
template <int sign>
constexpr auto sum_i16_kernel = bind<ArithmeticParams, Fixed, run_sum_i16<sign>>;

}  // namespace samara::ops

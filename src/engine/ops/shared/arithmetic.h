// ADD, SUB, MUL and DIV: two inputs, a fused activation, and per type either the plain operation
// or a fixed-point one on quantized values.
#pragma once

#include <type_traits>

#include "engine/kernels/half/half.h"
#include "engine/kernels/requant/requant.h"
#include "engine/kernels/requant/requant_types.h"
#include "engine/ops/shared/activation.h"
#include "engine/ops/shared/binary.h"
#include "engine/ops/shared/float_vectors.h"
#include "engine/ops/shared/saturating.h"

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
template <class T, class F, class State = Fixed>
constexpr auto plain_kernel = bind<ArithmeticParams, State, run_plain<T, F>>;

/// The kernel of a float vector function, clamped to the activation's range.
template <auto member>
Status run_float(const ArithmeticParams& p, Fixed&, Run& n) {
  float_binary<member>(n, activation_range<float>(p.activation));
  return ok();
}
template <auto member, class State = Fixed>
constexpr auto float_kernel = bind<ArithmeticParams, State, run_float<member>>;

// ADD and SUB differ in a sign: quantized operands are rescaled to a common finer scale, summed, and
// the sum is rescaled.
// Rules from: LiteRT tflite/kernels/{add,sub}.cc, internal/reference/{add,sub}.h.

struct Sum : Fixed {
  /// The xnnpack profile: both factors have as many bits, and the sum is shifted back once;
  /// that is `sum`, and nothing below.
  bool once = false;
  kernels::SumOfTwo sum;
  /// Of 8-bit operands the rescaled values with their signs, by the stored byte.
  std::array<std::array<int32_t, 256>, 2> rescaled{};
};

/// `sign` is that of input 1.
Status prepare_sum(const ArithmeticParams& p, Sum& s, Prepare& n, int sign);
template <int sign>
Status prepare_sum(const ArithmeticParams& p, Sum& s, Prepare& n) {
  return prepare_sum(p, s, n, sign);
}

inline int32_t rescaled_operand(int32_t q, const Fixed& s, int input) {
  return kernels::rescale((q - s.zero[input]) * (1 << s.left_shift), s.in[input]);
}

Status run_sum_8bit(const ArithmeticParams&, Sum& s, Run& n);

/// 16-bit: power-of-two scales (one operand shifted, then a saturating sum), general scales, or
/// plain integers without scales.
template <int sign>
Status run_sum_i16(const ArithmeticParams& p, Sum& sum, Run& n) {
  const Fixed& s = sum;
  if (!is_quantized(n.in(0))) {
    return sign > 0 ? run_plain<int16_t, std::plus<>>(p, sum, n)
                    : run_plain<int16_t, std::minus<>>(p, sum, n);
  }
  if (s.left_shift != 0) {
    binary<int16_t, int16_t, int16_t>(n, [s](int16_t a, int16_t b) {
      const int32_t x = rescaled_operand(a, s, 0);
      const int32_t y = rescaled_operand(b, s, 1);
      return int16_t(s.range.clamp(saturating_rescale(x + sign * y, s.out), s.out_zero));
    });
  } else {
    binary<int16_t, int16_t, int16_t>(n, [s](int16_t a, int16_t b) {
      const int32_t x = kernels::rounding_shift_right(a, -s.in[0].shift);
      const int32_t y = kernels::rounding_shift_right(b, -s.in[1].shift);
      return int16_t(s.range.clamp(x + sign * y));
    });
  }
  return ok();
}

/// ADD with F = std::plus<>, SUB with F = std::minus<>.
template <class Options, int sign, class F, auto f32_function>
constexpr OpDef define_sum(const OpInfo& info) {
  return define_op<ArithmeticParams, Sum, parse_arithmetic<Options>, infer_arithmetic,
                   prepare_sum<sign>>(
      info, {{Type::f32, float_kernel<f32_function, Sum>},
             {Type::f16, plain_kernel<kernels::Half, F, Sum>},
             {Type::i32, plain_kernel<int32_t, F, Sum>},
             {Type::i64, plain_kernel<int64_t, F, Sum>},
             {Type::i8, bind<ArithmeticParams, Sum, run_sum_8bit>},
             {Type::u8, bind<ArithmeticParams, Sum, run_sum_8bit>},
             {Type::i16, bind<ArithmeticParams, Sum, run_sum_i16<sign>>}});
}

}  // namespace samara::ops

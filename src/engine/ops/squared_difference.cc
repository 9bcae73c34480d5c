// SQUARED_DIFFERENCE: (in 0 - in 1)^2 with broadcasting. Builtin 99, versions 1 to 2.
// Rules from: LiteRT tflite/kernels/squared_difference.cc (int8: as SUB, with 7 more bits).
#include <algorithm>

#include "engine/ops/shared/arithmetic.h"

namespace samara::ops {
namespace {

Result<ArithmeticParams> parse(const OpView&) { return ArithmeticParams{}; }

Status prepare(const ArithmeticParams& p, Fixed& s, Prepare& n) {
  if (!is_quantized(n.in(0))) return ok();
  TRY_SET(s, prepare_fixed(n, p.activation));
  s.left_shift = 7;
  const double twice_max = 2.0 * std::max(n.in(0).quant.scale(), n.in(1).quant.scale());
  for (int i = 0; i < 2; ++i) {
    s.in[i] = kernels::quantize_multiplier(n.in(i).quant.scale() / twice_max);
  }
  s.out = kernels::quantize_multiplier(twice_max * twice_max /
                                       double(float(1 << 14) * n.out(0).quant.scale()));
  return ok();
}

struct Function {
  template <class T>
  T operator()(T a, T b) const {
    return (a - b) * (a - b);
  }
};

Status run_i8(const ArithmeticParams&, Fixed& s, Run& n) {
  binary<int8_t, int8_t, int8_t>(n, [s](int8_t a, int8_t b) {
    const int32_t x = kernels::rescale((a - s.zero[0]) * (1 << s.left_shift), s.in[0]);
    const int32_t y = kernels::rescale((b - s.zero[1]) * (1 << s.left_shift), s.in[1]);
    const int32_t square = (x - y) * (x - y);
    return int8_t(s.range.clamp(saturating_rescale(square, s.out), s.out_zero));
  });
  return ok();
}

}  // namespace

extern constinit const OpDef squared_difference =
    define_op<ArithmeticParams, Fixed, parse, infer_arithmetic, prepare>(
        {.name = "SQUARED_DIFFERENCE", .code = 99, .versions = {1, 2}, .in_place = 0b11},
        {{Type::f32, float_kernel<&kernels::ElementwiseF32::squared_difference>},
         {Type::i32, plain_kernel<int32_t, Function>},
         {Type::i8, bind<ArithmeticParams, Fixed, run_i8>}});

}  // namespace samara::ops

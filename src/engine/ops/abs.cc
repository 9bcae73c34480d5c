// ABS: |x|. Builtin 101, versions 1 to 5. Quantized values are rescaled where the scales differ;
// 16-bit values without scales are plain integers, and the lowest integer wraps to itself.
// Rules from: LiteRT tflite/kernels/elementwise.cc (AbsEvalQuantized).
#include <cmath>
#include <cstdlib>

#include "engine/kernels/requant/requant.h"
#include "engine/ops/shared/arithmetic.h"
#include "engine/ops/shared/lookup.h"

namespace samara::ops {
namespace {

struct State : Lookup {
  bool same_scale = true;
  kernels::Multiplier scale;
  int32_t in_zero = 0, out_zero = 0;
  Range<int32_t> range;
  int32_t apply(int32_t q) const {
    const int32_t value = std::abs(q - in_zero);
    return range.clamp((same_scale ? value : kernels::rescale(value, scale)), out_zero);
  }
};

Status infer(const NoParams& p, Infer& n) {
  TRY(infer_unary(p, n));
  return is_quantized(n.in(0)) ? infer_quantized_unary(n) : ok();
}

Status prepare(const NoParams&, State& s, Prepare& n) {
  const Tensor& in = n.in(0);
  const Tensor& out = n.out(0);
  if (!is_quantized(in)) return ok();
  s.same_scale = in.quant.scale() == out.quant.scale();
  s.scale = kernels::quantize_multiplier(in.quant.scale() / out.quant.scale());
  s.in_zero = in.quant.zero_point();
  s.out_zero = out.quant.zero_point();
  s.range = integer_range(out.type);
  if (in.type == Type::i8) fill_bytes(s, in.type, [&](int32_t q) { return s.apply(q); });
  return ok();
}

Status run_f32(const NoParams&, State&, Run& n) {
  unary<float, float>(n, [](float x) { return std::abs(x); });
  return ok();
}
Status run_i32(const NoParams&, State&, Run& n) {
  unary<int32_t, int32_t>(n, [](int32_t x) { return x < 0 ? int32_t(0 - uint32_t(x)) : x; });
  return ok();
}
Status run_i8(const NoParams&, State& s, Run& n) {
  run_bytes(s, n);
  return ok();
}
Status run_i16(const NoParams&, State& s, Run& n) {
  if (is_quantized(n.in(0))) {
    unary<int16_t, int16_t>(n, [&s](int16_t q) { return int16_t(s.apply(q)); });
  } else {
    unary<int16_t, int16_t>(n, [](int16_t x) { return int16_t(std::abs(int{x})); });
  }
  return ok();
}

template <auto run>
constexpr auto kernel = bind<NoParams, State, run>;

}  // namespace

extern constinit const OpDef abs = define_op<NoParams, State, parse_none, infer, prepare>(
    {.name = "ABS", .code = 101, .versions = {1, 5}, .in_place = 1},
    {{Type::f32, kernel<run_f32>},
     {Type::i32, kernel<run_i32>},
     {Type::i8, kernel<run_i8>},
     {Type::i16, kernel<run_i16>}});

}  // namespace samara::ops

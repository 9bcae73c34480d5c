// LEAKY_RELU: x > 0 ? x : alpha * x. Builtin 98, versions 1 to 2.
// Rules from: LiteRT tflite/kernels/activations.cc (LeakyReluPrepare),
// internal/reference/leaky_relu.h.
#include "engine/kernels/requant/requant.h"
#include "engine/ops/shared/lookup.h"
#include "engine/ops/shared/rounded_once.h"

namespace samara::ops {
namespace {

struct Params {
  float alpha = 0;
};

struct State : Lookup {
  kernels::Multiplier positive, negative;
  bool alpha_below_0 = false;
  int32_t in_zero = 0, out_zero = 0;
  Range<int32_t> range;
  int32_t apply(int32_t q) const {
    const int32_t x = q - in_zero;
    if (x >= 0) return range.clamp(kernels::rescale(x, positive), out_zero);
    const int32_t y = kernels::rescale(x, negative);
    return range.clamp((alpha_below_0 ? -y : y), out_zero);
  }
};

Result<Params> parse(const OpView& v) { return Params{v.options<fb::LeakyReluOptions>().alpha()}; }

/// Fills the table by XNNPACK's rule, where it takes the operator.
bool prepare_once(const Params& p, State& s, const Operands& n) {
  const Tensor& in = n.in(0);
  if (!rounds_once(n) || in.type == Type::i16) return false;
  const float positive = scale_ratio(in, n.out(0)), negative = positive * p.alpha;
  if (!Conversion::takes(positive) || !Conversion::takes(std::abs(negative)) || negative == -128.0f)
    return false;
  const Conversion above(positive), below(negative);
  const int32_t in_zero = in.quant.zero_point();
  fill_bytes(s, in.type, [&](int32_t q) {
    const int32_t x = q - in_zero;
    return s.range.clamp(x > 0 ? above(x) : below(x), s.out_zero);
  });
  return true;
}

Status prepare(const Params& p, State& s, Prepare& n) {
  const Tensor& in = n.in(0);
  const Tensor& out = n.out(0);
  if (in.type == Type::f32) return ok();
  s.positive = kernels::quantize_multiplier(in.quant.scale() / out.quant.scale());
  s.negative = kernels::quantize_multiplier(in.quant.scale() * p.alpha / out.quant.scale());
  s.alpha_below_0 = s.negative.value < 0;
  s.negative.value = s.alpha_below_0 ? -s.negative.value : s.negative.value;
  s.in_zero = in.quant.zero_point();
  s.out_zero = out.quant.zero_point();
  s.range = integer_range(out.type);
  if (prepare_once(p, s, n)) return ok();
  if (in.type != Type::i16) fill_bytes(s, in.type, [&](int32_t q) { return s.apply(q); });
  return ok();
}

Status run_f32(const Params& p, State&, Run& n) {
  const auto leaky_relu = kernels::elementwise_f32().leaky_relu;
  float_ranges(
      n,
      [=, alpha = p.alpha](const float* in, float* out, size_t count) {
        leaky_relu(in, out, count, alpha);
      },
      1);
  return ok();
}
Status run_8bit(const Params&, State& s, Run& n) {
  run_bytes(s, n);
  return ok();
}
Status run_i16(const Params&, State& s, Run& n) {
  unary<int16_t, int16_t>(n, [&s](int16_t q) { return int16_t(s.apply(q)); });
  return ok();
}

template <auto run>
constexpr auto kernel = bind<Params, State, run>;

}  // namespace

extern constinit const OpDef leaky_relu =
    define_op<Params, State, parse, infer_function<Params>, prepare>(
        {.name = "LEAKY_RELU", .code = 98, .versions = {1, 2}, .in_place = 1},
        {{Type::f32, kernel<run_f32>},
         {Type::i8, kernel<run_8bit>},
         {Type::u8, kernel<run_8bit>},
         {Type::i16, kernel<run_i16>}});

}  // namespace samara::ops

// PRELU: x >= 0 ? x : alpha * x, alpha being a tensor that is broadcast to x. Builtin 54,
// version 1. 16-bit inputs have 8-bit alphas.
// Rules from: LiteRT tflite/kernels/activations.cc (PreluPrepare), internal/reference/prelu.h.
#include "engine/ops/shared/arithmetic.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(2, 1));
  const Tensor& in = n.in(0);
  TRY(n.same_type(in, n.out(0)));
  TRY(n.has_type(n.in(1), {in.type == Type::i16 ? Type::i8 : in.type}));
  const std::array<Shape, 2> shapes{in.shape, n.in(1).shape};
  TRY_SET(const Shape shape, broadcast_shape(shapes));
  if (!(shape == in.shape)) {
    return Error(Code::invalid_model, cat("alpha of shape ", n.in(1).shape.text(),
                                          " does not fit an input of shape ", in.shape.text()));
  }
  TRY(n.set_shape(n.out(0), shape));
  if (in.type == Type::f32) return ok();
  for (const Tensor* t : {&in, &n.in(1), &n.out(0)}) TRY(n.quantized(*t));
  return ok();
}

Status prepare(const NoParams&, Fixed& s, Prepare& n) {
  if (n.in(0).type == Type::f32) return ok();
  TRY_SET(s, prepare_fixed(n, fb::ActivationFunctionType_NONE));
  const float in = n.in(0).quant.scale();
  const float out = n.out(0).quant.scale();
  s.in[0] = kernels::quantize_multiplier(in / out);
  s.in[1] = kernels::quantize_multiplier(in * n.in(1).quant.scale() / out);
  return ok();
}

Status run_f32(const NoParams&, Fixed&, Run& n) {
  constexpr float kMost = std::numeric_limits<float>::infinity();
  float_binary<&kernels::ElementwiseF32::prelu>(n, {-kMost, kMost});
  return ok();
}

template <class T, class Alpha>
Status run_quantized(const NoParams&, Fixed& s, Run& n) {
  binary<T, Alpha, T>(n, [s](T q, Alpha alpha) {
    const int32_t x = q - s.zero[0];
    const int32_t y =
        x >= 0 ? kernels::rescale(x, s.in[0]) : kernels::rescale(x * (alpha - s.zero[1]), s.in[1]);
    return T(s.range.clamp(y, s.out_zero));
  });
  return ok();
}

template <auto run>
constexpr auto kernel = bind<NoParams, Fixed, run>;

}  // namespace

extern constinit const OpDef prelu = define_op<NoParams, Fixed, parse_none, infer, prepare>(
    {.name = "PRELU", .code = 54, .versions = {1, 1}, .in_place = 1},
    {{Type::f32, kernel<run_f32>},
     {Type::i8, kernel<run_quantized<int8_t, int8_t>>},
     {Type::u8, kernel<run_quantized<uint8_t, uint8_t>>},
     {Type::i16, kernel<run_quantized<int16_t, int8_t>>}});

}  // namespace samara::ops

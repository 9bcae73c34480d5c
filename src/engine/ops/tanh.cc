// TANH: the hyperbolic tangent. Builtin 28, versions 1 to 3. 16-bit outputs have the scale 1/32768.
#include <cmath>

#include "engine/ops/shared/rounded_once.h"
#include "engine/ops/shared/sigmoid.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 16;
  // By double, so that tables are the same on every machine.
  float operator()(float x) const { return float(std::tanh(double(x))); }
};

Status infer(const NoParams& p, Infer& n) {
  TRY(infer_function(p, n));
  return n.in(0).type == Type::i16 ? check_output_scale(n.out(0), 32768) : ok();
}

Status prepare(const NoParams&, Sigmoid& s, Prepare& n) {
  const Tensor& in = n.in(0);
  if (in.type == Type::i8 || in.type == Type::u8)
    fill_bytes_real(s, in, n.out(0), Function{}, rounds_once(n));
  if (in.type == Type::i16) prepare_sigmoid(s, in.quant.scale(), 1);
  return ok();
}

template <class T>
Status run_float(const NoParams& p, Sigmoid&, Run& n) {
  return run_unary<T, Function>(p, n);
}
Status run_f32(const NoParams&, Sigmoid&, Run& n) {
  float_unary<&kernels::ElementwiseF32::tanh, 8>(n);
  return ok();
}
Status run_8bit(const NoParams&, Sigmoid& s, Run& n) {
  run_bytes(s, n);
  return ok();
}
Status run_i16(const NoParams&, Sigmoid& s, Run& n) {
  unary<int16_t, int16_t>(n, [&s](int16_t q) { return s.tanh(q); }, 4);
  return ok();
}

template <auto run>
constexpr auto kernel = bind<NoParams, Sigmoid, run>;

}  // namespace

extern constinit const OpDef tanh = define_op<NoParams, Sigmoid, parse_none, infer, prepare>(
    {.name = "TANH", .code = 28, .versions = {1, 3}, .in_place = 1},
    {{Type::f32, kernel<run_f32>},
     {Type::f16, kernel<run_float<kernels::Half>>},
     {Type::bf16, kernel<run_float<kernels::BFloat16>>},
     {Type::i8, kernel<run_8bit>},
     {Type::u8, kernel<run_8bit>},
     {Type::i16, kernel<run_i16>}});

}  // namespace samara::ops

// GELU: x times the probability that a normal variable is below x, exactly or by tanh. Builtin 150,
// versions 1 to 3.
// Rules from: LiteRT tflite/kernels/internal/reference/gelu.h.
#include <cmath>

#include "engine/ops/shared/lookup.h"

namespace samara::ops {
namespace {

struct Params {
  bool approximate = false;
};

constexpr int64_t kCost = 32;

// The functions of libm by double, so that tables are the same on every machine.
float exact(float x) {
  constexpr float kRootHalf = 0.70710678118654752f;
  return 0.5f * x * float(std::erfc(double(x * -kRootHalf)));
}
float by_tanh(float x) {
  constexpr float kRoot2OverPi = 0.79788456080286536f;
  const float inner = kRoot2OverPi * (x + 0.044715f * x * x * x);
  return 0.5f * x * (1.0f + float(std::tanh(double(inner))));
}

Result<Params> parse(const OpView& v) { return Params{v.options<fb::GeluOptions>().approximate()}; }

Status prepare(const Params& p, Lookup& s, Prepare& n) {
  const auto function = p.approximate ? by_tanh : exact;
  const Type type = n.in(0).type;
  if (type == Type::i8 || type == Type::u8) fill_bytes_real(s, n.in(0), n.out(0), function);
  if (type == Type::i16) fill_samples_real(s, n.in(0), n.out(0), function);
  return ok();
}

template <class T>
Status run(const Params& p, Lookup&, Run& n) {
  if (p.approximate) {
    unary<T, T>(n, [](T x) { return T(by_tanh(x)); }, kCost);
  } else {
    unary<T, T>(n, [](T x) { return T(exact(x)); }, kCost);
  }
  return ok();
}

}  // namespace

extern constinit const OpDef gelu =
    define_op<Params, Lookup, parse, infer_function<Params>, prepare>(
        {.name = "GELU", .code = 150, .versions = {1, 3}, .in_place = 1},
        {{Type::f32, bind<Params, Lookup, run<float>>},
         {Type::f16, bind<Params, Lookup, run<kernels::Half>>},
         {Type::i8, bytes_kernel<Params>},
         {Type::u8, bytes_kernel<Params>},
         {Type::i16, samples_kernel<Params>}});

}  // namespace samara::ops

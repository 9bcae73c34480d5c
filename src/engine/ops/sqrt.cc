// SQRT: the square root. Builtin 75, versions 1 to 2. Quantized results are cut, not rounded, and a
// negative input is an error; a float one gives NaN.
// Rules from: LiteRT tflite/kernels/elementwise.cc (SqrtEvalQuantized).
#include <cmath>

#include "engine/ops/shared/lookup.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 4;
  float operator()(float x) const { return std::sqrt(x); }
};

template <class T>
Status run_quantized(const NoParams&, Run& n) {
  const Quantization& in = n.in(0).quant;
  const Quantization& out = n.out(0).quant;
  const int32_t zero = in.zero_point();
  for (const T q : n.view<const T>(n.in(0))) {
    if (q < zero) {
      return Error(Code::invalid_argument,
                   cat("square root of a negative value, ", in.scale() * float(q - zero)));
    }
  }
  const Range<int32_t> range = integer_range(n.in(0).type);
  unary<T, T>(
      n,
      [&](T q) {
        const float root = std::sqrt(in.scale() * float(q - zero)) / out.scale();
        const int32_t cut = int32_t(std::min(root, 0x1p24f));
        return T(range.clamp(cut + out.zero_point()));
      },
      Function::kCost);
  return ok();
}

}  // namespace

extern constinit const OpDef sqrt = define_op<NoParams, parse_none, infer_function<>>(
    {.name = "SQRT", .code = 75, .versions = {1, 2}, .in_place = 1},
    {{Type::f32, unary_kernel<float, Function>},
     {Type::i8, bind<NoParams, run_quantized<int8_t>>},
     {Type::i16, bind<NoParams, run_quantized<int16_t>>}});

}  // namespace samara::ops

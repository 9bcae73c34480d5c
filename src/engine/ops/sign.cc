// SIGN: -1, 0 or 1 as x is negative, zero or positive; NaN stays NaN. Builtin 158,
// versions 1 to 2.
#include "engine/ops/shared/unary.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 1;
  template <class T>
  T operator()(T x) const {
    return x > 0 ? T(1) : x < 0 ? T(-1) : x;
  }
};

}  // namespace

extern constinit const OpDef sign = define_op<NoParams, parse_none, infer_unary<>>(
    {.name = "SIGN", .code = 158, .versions = {1, 2}, .in_place = 1},
    {{Type::f32, unary_kernel<float, Function>},
     {Type::f64, unary_kernel<double, Function>},
     {Type::i32, unary_kernel<int32_t, Function>}});

}  // namespace samara::ops

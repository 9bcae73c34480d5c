// NEG: -x. Builtin 59, version 1. Integers are negated as they are, without zero points, and the
// lowest wraps to itself.
#include <type_traits>

#include "engine/ops/shared/unary.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 1;
  template <class T>
  T operator()(T x) const {
    if constexpr (std::is_integral_v<T>) {
      return T(0 - std::make_unsigned_t<T>(x));
    } else {
      return T(-x);
    }
  }
};

}  // namespace

extern constinit const OpDef neg = define_op<NoParams, parse_none, infer_unary<>>(
    {.name = "NEG", .code = 59, .versions = {1, 1}, .in_place = 1},
    {{Type::f32, unary_kernel<float, Function>},
     {Type::f16, unary_kernel<kernels::Half, Function>},
     {Type::bf16, unary_kernel<kernels::BFloat16, Function>},
     {Type::i8, unary_kernel<int8_t, Function>},
     {Type::i16, unary_kernel<int16_t, Function>},
     {Type::i32, unary_kernel<int32_t, Function>},
     {Type::i64, unary_kernel<int64_t, Function>}});

}  // namespace samara::ops

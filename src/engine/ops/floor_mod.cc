// FLOOR_MOD: what FLOOR_DIV leaves; its sign is the divisor's. Builtin 95, versions 1 to 2. Values
// are taken as they are, without scales. A float divisor may be 0: the result is NaN.
#include "engine/ops/shared/integer_division.h"

namespace samara::ops {
namespace {

template <class T>
Status run(const NoParams&, Run& n) {
  if constexpr (std::is_integral_v<T>) TRY(check_divisor<T>(n));
  binary<T, T, T>(n, floor_remainder<T>);
  return ok();
}

}  // namespace

extern constinit const OpDef floor_mod = define_op<NoParams, parse_none, infer_binary>(
    {.name = "FLOOR_MOD", .code = 95, .versions = {1, 2}, .in_place = 0b11},
    {{Type::f32, bind<NoParams, run<float>>},
     {Type::i64, bind<NoParams, run<int64_t>>},
     {Type::i32, bind<NoParams, run<int32_t>>},
     {Type::i16, bind<NoParams, run<int16_t>>},
     {Type::i8, bind<NoParams, run<int8_t>>}});

}  // namespace samara::ops

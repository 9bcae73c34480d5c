// FLOOR_DIV: the quotient of in 0 and in 1 rounded down, with broadcasting. Builtin 90,
// versions 1 to 3. Values are taken as they are, without scales.
#include "engine/ops/shared/integer_division.h"

namespace samara::ops {
namespace {

template <class T>
Status run(const NoParams&, Run& n) {
  TRY(check_divisor<T>(n));
  binary<T, T, T>(n, floor_quotient<T>);
  return ok();
}

}  // namespace

extern constinit const OpDef floor_div = define_op<NoParams, parse_none, infer_binary>(
    {.name = "FLOOR_DIV", .code = 90, .versions = {1, 3}, .in_place = 0b11},
    {{Type::f32, bind<NoParams, run<float>>},
     {Type::i32, bind<NoParams, run<int32_t>>},
     {Type::i16, bind<NoParams, run<int16_t>>},
     {Type::i8, bind<NoParams, run<int8_t>>}});

}  // namespace samara::ops

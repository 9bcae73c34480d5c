// ADD: in 0 + in 1 with broadcasting and a fused activation. Builtin 0, versions 1 to 6.
#include <functional>

#include "engine/ops/shared/arithmetic.h"

namespace samara::ops {

using kernels::Half;

extern constinit const OpDef add =
    define_op<ArithmeticParams, Fixed, parse_arithmetic<fb::AddOptions>, infer_arithmetic,
              prepare_sum>({.name = "ADD", .code = 0, .versions = {1, 6}, .in_place = 0b11},
                           {{Type::f32, float_kernel<&kernels::ElementwiseF32::add>},
                            {Type::f16, plain_kernel<Half, std::plus<>>},
                            {Type::i32, plain_kernel<int32_t, std::plus<>>},
                            {Type::i64, plain_kernel<int64_t, std::plus<>>},
                            {Type::i8, sum_kernel<int8_t, 1>},
                            {Type::u8, sum_kernel<uint8_t, 1>},
                            {Type::i16, sum_i16_kernel<1>}});

}  // namespace samara::ops

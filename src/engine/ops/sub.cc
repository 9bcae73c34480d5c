// SUB: in 0 - in 1 with broadcasting and a fused activation. Builtin 41, versions 1 to 5.
#include <functional>

#include "engine/ops/shared/arithmetic.h"

namespace samara::ops {

extern constinit const OpDef sub =
    define_op<ArithmeticParams, Fixed, parse_arithmetic<fb::SubOptions>, infer_arithmetic,
              prepare_sum>({.name = "SUB", .code = 41, .versions = {1, 5}, .in_place = 0b11},
                           {{Type::f32, float_kernel<&kernels::ElementwiseF32::sub>},
                            {Type::i32, plain_kernel<int32_t, std::minus<>>},
                            {Type::i64, plain_kernel<int64_t, std::minus<>>},
                            {Type::i8, sum_kernel<int8_t, -1>},
                            {Type::u8, sum_kernel<uint8_t, -1>},
                            {Type::i16, sum_i16_kernel<-1>}});

}  // namespace samara::ops

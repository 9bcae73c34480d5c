// SUB: in 0 - in 1 with broadcasting and a fused activation. Builtin 41, versions 1 to 5.
#include <functional>

#include "engine/ops/shared/arithmetic.h"

namespace samara::ops {

extern constinit const OpDef sub =
    define_sum<fb::SubOptions, -1, std::minus<>, &kernels::ElementwiseF32::sub>(
        {.name = "SUB", .code = 41, .versions = {1, 5}, .in_place = 0b11});

}  // namespace samara::ops

// ADD: in 0 + in 1 with broadcasting and a fused activation. Builtin 0, versions 1 to 6.
#include <functional>

#include "engine/ops/shared/arithmetic.h"

namespace samara::ops {

extern constinit const OpDef add =
    define_sum<fb::AddOptions, 1, std::plus<>, &kernels::ElementwiseF32::add>(
        {.name = "ADD", .code = 0, .versions = {1, 6}, .in_place = 0b11});

}  // namespace samara::ops

// RELU_0_TO_1: x clamped to [0, 1]. Builtin 152, versions 1 to 1.
#include "engine/ops/shared/relu.h"

namespace samara::ops {

extern constinit const OpDef relu_0_to_1 =
    define_relu<0, 1>({.name = "RELU_0_TO_1", .code = 152, .versions = {1, 1}, .in_place = 1});

}  // namespace samara::ops

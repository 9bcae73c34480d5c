// RELU_N1_TO_1: x clamped to [-1, 1]. Builtin 20, versions 1 to 1.
#include "engine/ops/shared/relu.h"

namespace samara::ops {

extern constinit const OpDef relu_n1_to_1 =
    define_relu<-1, 1>({.name = "RELU_N1_TO_1", .code = 20, .versions = {1, 1}, .in_place = 1});

}  // namespace samara::ops

// RELU6: x clamped to [0, 6]. Builtin 21, versions 1 to 3.
#include "engine/ops/shared/relu.h"

namespace samara::ops {

extern constinit const OpDef relu6 =
    define_relu<0, 6>({.name = "RELU6", .code = 21, .versions = {1, 3}, .in_place = 1});

}  // namespace samara::ops

// RELU: max(x, 0). Builtin 19, versions 1 to 3.
#include "engine/ops/shared/relu.h"

namespace samara::ops {

extern constinit const OpDef relu =
    define_relu<0, kNoBound>({.name = "RELU", .code = 19, .versions = {1, 3}, .in_place = 1});

}  // namespace samara::ops

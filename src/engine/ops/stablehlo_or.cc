// STABLEHLO_OR: the bits, or bools, that either input has. Builtin 183.
#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {

extern constinit const OpDef stablehlo_or =
    define_stablehlo_binary<Or>("STABLEHLO_OR", 183, kIntegers + kBools);

}  // namespace samara::ops

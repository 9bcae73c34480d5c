// STABLEHLO_ADD: in 0 + in 1, element by element; integers wrap, bools are joined by "or". Builtin 163.
#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {

extern constinit const OpDef stablehlo_add =
    define_stablehlo_binary<Add>("STABLEHLO_ADD", 163, kNumbers + kBools);

}  // namespace samara::ops

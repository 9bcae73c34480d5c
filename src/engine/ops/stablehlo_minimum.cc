// STABLEHLO_MINIMUM: the lesser of two values, element by element; beside a NaN in 0 stays. Builtin 181.
#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {

extern constinit const OpDef stablehlo_minimum =
    define_stablehlo_binary<Minimum>("STABLEHLO_MINIMUM", 181, kNumbers + kBools);

}  // namespace samara::ops

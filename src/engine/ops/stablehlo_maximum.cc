// STABLEHLO_MAXIMUM: the greater of two values, element by element; beside a NaN in 0 stays. Builtin 166.
#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {

extern constinit const OpDef stablehlo_maximum =
    define_stablehlo_binary<Maximum>("STABLEHLO_MAXIMUM", 166, kNumbers + kBools);

}  // namespace samara::ops

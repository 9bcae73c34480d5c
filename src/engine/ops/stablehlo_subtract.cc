// STABLEHLO_SUBTRACT: in 0 - in 1, element by element; integers wrap. Builtin 188.
#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {

extern constinit const OpDef stablehlo_subtract =
    define_stablehlo_binary<Subtract>("STABLEHLO_SUBTRACT", 188, kNumbers);

}  // namespace samara::ops

// STABLEHLO_MULTIPLY: in 0 * in 1, element by element; integers wrap, bools are joined by "and". Builtin 165.
#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {

extern constinit const OpDef stablehlo_multiply =
    define_stablehlo_binary<Multiply>("STABLEHLO_MULTIPLY", 165, kNumbers + kBools);

}  // namespace samara::ops

// STABLEHLO_AND: the bits, or bools, that both inputs have. Builtin 176.
#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {

extern constinit const OpDef stablehlo_and =
    define_stablehlo_binary<And>("STABLEHLO_AND", 176, kIntegers + kBools);

}  // namespace samara::ops

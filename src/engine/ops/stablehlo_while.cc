// STABLEHLO_WHILE: a body subgraph run as long as a condition subgraph says so. Builtin 200. LiteRT
// has no kernel; the StableHLO specification asks for what WHILE does.
#include "engine/ops/shared/loop.h"

namespace samara::ops {

extern constinit const OpDef stablehlo_while =
    define_loop<fb::StablehloWhileOptions>("STABLEHLO_WHILE", 200);

}  // namespace samara::ops

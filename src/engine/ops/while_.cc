// WHILE: a body subgraph run as long as a condition subgraph says so. Builtin 119, version 1.
#include "engine/ops/shared/loop.h"

namespace samara::ops {

extern constinit const OpDef while_ = define_loop<fb::WhileOptions>("WHILE", 119);

}  // namespace samara::ops

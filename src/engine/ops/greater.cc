// GREATER: in 0 > in 1, as bool, with broadcasting. Builtin 61, versions 1 to 2.
#include <functional>

#include "engine/ops/shared/compare.h"

namespace samara::ops {

extern constinit const OpDef greater =
    define_compare<std::greater<>>({.name = "GREATER", .code = 61, .versions = {1, 2}});

}  // namespace samara::ops

// GREATER_EQUAL: in 0 >= in 1, as bool, with broadcasting. Builtin 62, versions 1 to 3.
#include <functional>

#include "engine/ops/shared/compare.h"

namespace samara::ops {

extern constinit const OpDef greater_equal =
    define_compare<std::greater_equal<>>({.name = "GREATER_EQUAL", .code = 62, .versions = {1, 3}});

}  // namespace samara::ops

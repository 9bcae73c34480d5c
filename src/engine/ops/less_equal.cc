// LESS_EQUAL: in 0 <= in 1, as bool, with broadcasting. Builtin 63, versions 1 to 2.
#include <functional>

#include "engine/ops/shared/compare.h"

namespace samara::ops {

extern constinit const OpDef less_equal =
    define_compare<std::less_equal<>>({.name = "LESS_EQUAL", .code = 63, .versions = {1, 2}});

}  // namespace samara::ops

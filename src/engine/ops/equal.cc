// EQUAL: in 0 == in 1, as bool, with broadcasting. Builtin 71, versions 1 to 5.
#include <functional>

#include "engine/ops/shared/compare.h"

namespace samara::ops {

extern constinit const OpDef equal =
    define_compare<std::equal_to<>, true>({.name = "EQUAL", .code = 71, .versions = {1, 5}});

}  // namespace samara::ops

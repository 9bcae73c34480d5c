// LESS: in 0 < in 1, as bool, with broadcasting. Builtin 58, versions 1 to 3.
#include <functional>

#include "engine/ops/shared/compare.h"

namespace samara::ops {

extern constinit const OpDef less =
    define_compare<std::less<>>({.name = "LESS", .code = 58, .versions = {1, 3}});

}  // namespace samara::ops

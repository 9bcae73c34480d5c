// ARG_MIN: where along an axis the lowest value is. Builtin 79, versions 1 to 3.
#include <functional>

#include "engine/ops/shared/arg_extremum.h"

namespace samara::ops {

extern constinit const OpDef arg_min =
    define_arg<std::less<>, fb::ArgMinOptions>({.name = "ARG_MIN", .code = 79, .versions = {1, 3}});

}  // namespace samara::ops

// ARG_MAX: where along an axis the highest value is. Builtin 56, versions 1 to 3.
#include <functional>

#include "engine/ops/shared/arg_extremum.h"

namespace samara::ops {

extern constinit const OpDef arg_max = define_arg<std::greater<>, fb::ArgMaxOptions>(
    {.name = "ARG_MAX", .code = 56, .versions = {1, 3}});

}  // namespace samara::ops

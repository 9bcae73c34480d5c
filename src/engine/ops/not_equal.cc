// NOT_EQUAL: in 0 != in 1, as bool, with broadcasting. Builtin 72, versions 1 to 4.
#include <functional>

#include "engine/ops/shared/compare.h"

namespace samara::ops {

extern constinit const OpDef not_equal = define_compare<std::not_equal_to<>, true>(
    {.name = "NOT_EQUAL", .code = 72, .versions = {1, 4}});

}  // namespace samara::ops

// NON_MAX_SUPPRESSION_V4: the best of overlapping boxes. Builtin 120, version 1. See
// shared/non_max_suppression.h.
#include "engine/ops/shared/non_max_suppression.h"

namespace samara::ops {

extern constinit const OpDef non_max_suppression_v4 =
    define_op<NoParams, parse_none, nms::infer<false>>(
        {.name = "NON_MAX_SUPPRESSION_V4", .code = 120},
        {{Type::f32, bind<NoParams, nms::run<false>>}});

}  // namespace samara::ops

// NON_MAX_SUPPRESSION_V5: the best of overlapping boxes, whose scores fall where they overlap.
// Builtin 121, version 1. See shared/non_max_suppression.h.
#include "engine/ops/shared/non_max_suppression.h"

namespace samara::ops {

extern constinit const OpDef non_max_suppression_v5 =
    define_op<NoParams, parse_none, nms::infer<true>>(
        {.name = "NON_MAX_SUPPRESSION_V5", .code = 121},
        {{Type::f32, bind<NoParams, nms::run<true>>}});

}  // namespace samara::ops

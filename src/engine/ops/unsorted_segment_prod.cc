// UNSORTED_SEGMENT_PROD: output row s is the product of the rows of input 0 that input 1 gives to it (1 where none).
// Builtin 153, version 1.
#include "engine/ops/shared/segment.h"

namespace samara::ops {

extern constinit const OpDef unsorted_segment_prod = define_unsorted_segment<SegmentProd>(
    {.name = "UNSORTED_SEGMENT_PROD", .code = 153, .versions = {1, 1}});

}  // namespace samara::ops

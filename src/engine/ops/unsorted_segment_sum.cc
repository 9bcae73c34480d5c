// UNSORTED_SEGMENT_SUM: output row s is the sum of the rows of input 0 that input 1 gives to it (0 where none).
// Builtin 155, version 1.
#include "engine/ops/shared/segment.h"

namespace samara::ops {

extern constinit const OpDef unsorted_segment_sum = define_unsorted_segment<SegmentSum>(
    {.name = "UNSORTED_SEGMENT_SUM", .code = 155, .versions = {1, 1}});

}  // namespace samara::ops

// UNSORTED_SEGMENT_MIN: output row s is the smallest of the rows of input 0 that input 1 gives to it (the largest number where none).
// Builtin 157, version 1.
#include "engine/ops/shared/segment.h"

namespace samara::ops {

extern constinit const OpDef unsorted_segment_min = define_unsorted_segment<SegmentMin>(
    {.name = "UNSORTED_SEGMENT_MIN", .code = 157, .versions = {1, 1}});

}  // namespace samara::ops

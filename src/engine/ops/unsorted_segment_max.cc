// UNSORTED_SEGMENT_MAX: output row s is the largest of the rows of input 0 that input 1 gives to it (the lowest number where none).
// Builtin 154, version 1.
#include "engine/ops/shared/segment.h"

namespace samara::ops {

extern constinit const OpDef unsorted_segment_max = define_unsorted_segment<SegmentMax>(
    {.name = "UNSORTED_SEGMENT_MAX", .code = 154, .versions = {1, 1}});

}  // namespace samara::ops

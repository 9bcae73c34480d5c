// SPLIT, SPLIT_V and UNPACK: one input cut along an axis into the outputs.
#pragma once

#include "engine/graph/op.h"

namespace samara::ops {

/// Copies consecutive parts of input `input` along `axis` to the outputs, each as large as its
/// shape says: `lengths(i)` is output i's size along the axis.
Status run_split(Run& n, int input, int axis, FunctionRef<int64_t(int)> length);

}  // namespace samara::ops

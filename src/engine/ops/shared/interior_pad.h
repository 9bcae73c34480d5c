// STABLEHLO_PAD and DILATE: edges that are added, or cut off where they are negative, and gaps
// between neighbours.
#pragma once

#include "engine/ops/shared/move.h"

namespace samara::ops {

struct InteriorPad {
  Ints low, high, interior;  // one entry for each dimension; interior >= 0
};

/// The shape of `in` padded. Errors: invalid_model (more cut off than there is, more than 2^31 - 1).
Result<Shape> padded_shape(const Shape& in, const InteriorPad& p);
/// Fills output 0 with input 0 padded by `value`, one element; the shapes have been checked.
void run_interior_pad(Run& n, const InteriorPad& p, const std::byte* value);

}  // namespace samara::ops

// Float vectors, element by element, and reductions: no shapes, no threads.
//
//   const ElementwiseF32& k = kernels::elementwise_f32();
//   k.add(a, 1, b, 0, out, n, lo, hi);  // b is one value for all
#pragma once

#include "engine/kernels/elementwise/elementwise_types.h"
#include "engine/kernels/variants.h"

namespace samara::kernels {

std::span<const Variant<ElementwiseF32>> elementwise_f32_variants();
const ElementwiseF32& elementwise_f32(uint32_t isa = cpu_isa());

}  // namespace samara::kernels

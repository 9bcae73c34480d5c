#include "engine/kernels/elementwise/elementwise_kernels.h"

namespace samara::kernels {
namespace {

constexpr Variant<ElementwiseF32> kVariants[] = {
#define SAMARA_VARIANT(object, isa) {#object, isa, &object},
#include "engine/kernels/elementwise/variants.inc"
#undef SAMARA_VARIANT
};

}  // namespace

std::span<const Variant<ElementwiseF32>> elementwise_f32_variants() { return kVariants; }

const ElementwiseF32& elementwise_f32(uint32_t isa) {
  return *pick(elementwise_f32_variants(), isa).kernels;
}

}  // namespace samara::kernels

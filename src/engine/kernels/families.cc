#include "engine/kernels/families.h"

#include "engine/kernels/isa.h"

namespace samara::kernels {
namespace {

#define SAMARA_VARIANT(object, isa) FamilyVariant{#object, isa},
#include "family_list.inc"
#undef SAMARA_VARIANT

}  // namespace

const FamilyVariant& Family::chosen(uint32_t isa) const {
  for (const FamilyVariant& v : variants)
    if ((v.needs & ~isa) == 0) return v;
  return variants.back();
}

std::span<const Family> families() { return kFamilies; }

}  // namespace samara::kernels

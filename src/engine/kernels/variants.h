// One list a kernel family: variants.inc holds SAMARA_VARIANT(object, needed ISA) lines, best first
// and the portable one last. `object` is a constant of the family's kernel struct (function
// pointers and tile sizes), defined in the file of its ISA. A family expands its list twice:
//
//   // in <family>_types.h, which the ISA files include
//   #define SAMARA_VARIANT(object, isa) extern const GemmF32 object;
//   #include "engine/kernels/gemm_f32/variants.inc"
//   #undef SAMARA_VARIANT
//
//   // in <family>_kernels.cc
//   constexpr Variant<GemmF32> kVariants[] = {
//   #define SAMARA_VARIANT(object, isa) {#object, isa, &object},
//   #include "engine/kernels/gemm_f32/variants.inc"
//   #undef SAMARA_VARIANT
//   };
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "engine/kernels/isa.h"
#include "engine/kernels/pick_log.h"

namespace samara::kernels {

template <class Kernels>
struct Variant {
  std::string_view name;  // of the object, e.g. "gemm_f32_avx2"
  uint32_t needs = 0;
  const Kernels* kernels = nullptr;
  bool runs_on(uint32_t isa) const { return (needs & ~isa) == 0; }
};

/// The best variant that `fits` accepts, else the last.
template <class Kernels, class Fits>
  requires std::is_invocable_r_v<bool, Fits, const Variant<Kernels>&>
const Variant<Kernels>& pick(std::span<const Variant<Kernels>> best_first, Fits fits) {
  const Variant<Kernels>* best = &best_first.back();
  for (const Variant<Kernels>& v : best_first) {
    if (!fits(v)) continue;
    best = &v;
    break;
  }
  PickLog::note(best->name);
  return *best;
}

/// The best variant for `isa`. The list ends with the portable variant, so there is always one.
template <class Kernels>
const Variant<Kernels>& pick(std::span<const Variant<Kernels>> best_first, uint32_t isa) {
  return pick(best_first, [isa](const Variant<Kernels>& v) { return v.runs_on(isa); });
}

}  // namespace samara::kernels

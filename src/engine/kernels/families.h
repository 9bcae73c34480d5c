// All kernel families with their variants, for reports; the list is made from the folders that have
// a variants.inc.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace samara::kernels {

struct FamilyVariant {
  std::string_view name;
  uint32_t needs = 0;
};
struct Family {
  std::string_view name;
  std::span<const FamilyVariant> variants;  // best first
  /// The variant that is used for these instruction sets.
  const FamilyVariant& chosen(uint32_t isa) const;
};
std::span<const Family> families();

}  // namespace samara::kernels

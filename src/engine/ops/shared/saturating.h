// Rescaling that saturates where the reference's wraps.
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/kernels/requant/requant.h"

namespace samara::ops {

/// kernels::rescale() that saturates where the factor is 1 or more: only an output scale that is far
/// too small makes it so, and the reference dies of it or gives any value.
inline int32_t saturating_rescale(int32_t x, kernels::Multiplier m) {
  if (m.shift <= 0) return kernels::rescale(x, m);
  constexpr int64_t kMost = int64_t{1} << 30;  // a zero point is added yet
  const int64_t shifted = std::clamp(int64_t{x} * (int64_t{1} << m.shift), -kMost, kMost);
  return kernels::rescale(int32_t(shifted), {m.value, 0});
}

}  // namespace samara::ops

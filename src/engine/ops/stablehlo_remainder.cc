// STABLEHLO_REMAINDER: what in 0 / in 1, cut toward zero, leaves: its sign is the dividend's. An integer
// divisor of 0 is an error. Builtin 185. LiteRT has no kernel.
#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

struct Function {
  template <class V>
  V operator()(V a, V b) const {
    if constexpr (std::is_floating_point_v<V>) {
      return std::fmod(a, b);
    } else {
      if (std::is_signed_v<V> && b == V(-1)) return V(0);  // the lowest integer would overflow
      return V(a % b);
    }
  }
};

}  // namespace

extern constinit const OpDef stablehlo_remainder =
    define_stablehlo_division<Function>("STABLEHLO_REMAINDER", 185);

}  // namespace samara::ops

// STABLEHLO_POWER: in 0 to the power of in 1, element by element. Builtin 184. Integers wrap, and to a
// negative power are what 1 / x^n has before the point: 0 but for 1 and -1. LiteRT has no kernel.
#include <cmath>

#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

struct Function {
  template <class V>
  V operator()(V base, V exponent) const {
    if constexpr (std::is_floating_point_v<V>) {
      return V(std::pow(double(base), double(exponent)));
    } else {
      if (std::is_signed_v<V> && exponent < V(0)) {
        if (base != V(1) && base != V(-1))
          return V(0);  // of 0 as well, whose inverse does not exist
        return base == V(-1) && exponent % 2 != 0 ? V(-1) : V(1);
      }
      V result = 1;
      for (; exponent > V(0); exponent = V(exponent / 2)) {
        if (exponent % 2 != 0) result = Multiply{}(result, base);
        base = Multiply{}(base, base);
      }
      return result;
    }
  }
};

}  // namespace

extern constinit const OpDef stablehlo_power =
    define_stablehlo_binary<Function>("STABLEHLO_POWER", 184, kNumbers);

}  // namespace samara::ops

// STABLEHLO_ABS: |x|; the lowest integer wraps to itself. Builtin 175. LiteRT has no kernel.
#include <cmath>

#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 1;
  template <class V>
  V operator()(V x) const {
    if constexpr (std::is_floating_point_v<V>) {
      return std::abs(x);
    } else {
      return x < 0 ? Subtract{}(V(0), x) : x;
    }
  }
};

}  // namespace

extern constinit const OpDef stablehlo_abs =
    define_stablehlo_unary<Function>("STABLEHLO_ABS", 175, kFloats + kSignedIntegers);

}  // namespace samara::ops

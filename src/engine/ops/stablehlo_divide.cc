// STABLEHLO_DIVIDE: in 0 / in 1, element by element; integer quotients are cut toward zero, a divisor of
// 0 is an error, and the lowest integer by -1 wraps. Builtin 164. LiteRT has no kernel.
#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

struct Function {
  template <class V>
  V operator()(V a, V b) const {
    if constexpr (std::is_signed_v<V> && std::is_integral_v<V>)
      if (b == V(-1)) return Subtract{}(V(0), a);
    return V(a / b);
  }
};

}  // namespace

extern constinit const OpDef stablehlo_divide =
    define_stablehlo_division<Function>("STABLEHLO_DIVIDE", 164);

}  // namespace samara::ops

// STABLEHLO_NEGATE: -x; integers wrap. Builtin 182. LiteRT has no kernel.
#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 1;
  template <class V>
  V operator()(V x) const {
    if constexpr (std::is_floating_point_v<V>) {
      return -x;
    } else {
      return Subtract{}(V(0), x);
    }
  }
};

}  // namespace

extern constinit const OpDef stablehlo_negate =
    define_stablehlo_unary<Function>("STABLEHLO_NEGATE", 182, kNumbers);

}  // namespace samara::ops

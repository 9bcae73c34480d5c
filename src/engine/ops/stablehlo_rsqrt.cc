// STABLEHLO_RSQRT: 1 / sqrt(x). Builtin 186. LiteRT has no kernel.
#include <cmath>

#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 20;
  double operator()(double x) const { return 1 / std::sqrt(x); }
};

}  // namespace

extern constinit const OpDef stablehlo_rsqrt =
    define_stablehlo_unary<Function>("STABLEHLO_RSQRT", 186, kFloats);

}  // namespace samara::ops

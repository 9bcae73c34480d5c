// STABLEHLO_TANH: the hyperbolic tangent. Builtin 189. LiteRT has no kernel.
#include <cmath>

#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 20;
  double operator()(double x) const { return std::tanh(x); }
};

}  // namespace

extern constinit const OpDef stablehlo_tanh =
    define_stablehlo_unary<Function>("STABLEHLO_TANH", 189, kFloats);

}  // namespace samara::ops

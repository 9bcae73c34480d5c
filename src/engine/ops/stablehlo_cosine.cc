// STABLEHLO_COSINE: the cosine of x in radians. Builtin 177. LiteRT has no kernel.
#include <cmath>

#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 20;
  double operator()(double x) const { return std::cos(x); }
};

}  // namespace

extern constinit const OpDef stablehlo_cosine =
    define_stablehlo_unary<Function>("STABLEHLO_COSINE", 177, kFloats);

}  // namespace samara::ops

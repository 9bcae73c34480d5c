// STABLEHLO_EXPONENTIAL: e^x. Builtin 178. LiteRT has no kernel.
#include <cmath>

#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 20;
  double operator()(double x) const { return std::exp(x); }
};

}  // namespace

extern constinit const OpDef stablehlo_exponential =
    define_stablehlo_unary<Function>("STABLEHLO_EXPONENTIAL", 178, kFloats);

}  // namespace samara::ops

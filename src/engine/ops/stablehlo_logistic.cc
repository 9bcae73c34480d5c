// STABLEHLO_LOGISTIC: 1 / (1 + e^-x). Builtin 162. LiteRT has no kernel.
#include <cmath>

#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 20;
  double operator()(double x) const { return 1 / (1 + std::exp(-x)); }
};

}  // namespace

extern constinit const OpDef stablehlo_logistic =
    define_stablehlo_unary<Function>("STABLEHLO_LOGISTIC", 162, kFloats);

}  // namespace samara::ops

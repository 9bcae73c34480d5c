// STABLEHLO_LOG: the natural logarithm. Builtin 180. LiteRT has no kernel.
#include <cmath>

#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 20;
  double operator()(double x) const { return std::log(x); }
};

}  // namespace

extern constinit const OpDef stablehlo_log =
    define_stablehlo_unary<Function>("STABLEHLO_LOG", 180, kFloats);

}  // namespace samara::ops

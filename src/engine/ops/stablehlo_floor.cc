// STABLEHLO_FLOOR: the largest integer not above x. Builtin 179. LiteRT has no kernel.
#include <cmath>

#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 1;
  double operator()(double x) const { return std::floor(x); }
};

}  // namespace

extern constinit const OpDef stablehlo_floor =
    define_stablehlo_unary<Function>("STABLEHLO_FLOOR", 179, kFloats);

}  // namespace samara::ops

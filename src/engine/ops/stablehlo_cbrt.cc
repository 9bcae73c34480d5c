// STABLEHLO_CBRT: the cube root. Builtin 208. LiteRT has no kernel.
#include <cmath>

#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 20;
  double operator()(double x) const { return std::cbrt(x); }
};

}  // namespace

extern constinit const OpDef stablehlo_cbrt =
    define_stablehlo_unary<Function>("STABLEHLO_CBRT", 208, kFloats);

}  // namespace samara::ops

// POW: in 0 to the power of in 1, with broadcasting. Builtin 78, version 1. Integer results wrap;
// a negative integer exponent is an error (LiteRT tflite/kernels/pow.cc).
#include <cmath>

#include "engine/ops/shared/binary.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

int32_t integer_power(int32_t base, int32_t exponent) {
  uint32_t result = 1;
  uint32_t square = uint32_t(base);
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result *= square;
    square *= square;
  }
  return int32_t(result);
}

Status run_f32(const NoParams&, Run& n) {
  binary<float, float, float>(n, [](float a, float b) { return std::pow(a, b); });
  return ok();
}

Status run_i32(const NoParams&, Run& n) {
  for (const int32_t exponent : n.view<const int32_t>(n.in(1))) {
    if (exponent < 0) {
      return value_error(n, 1, cat("integer exponent ", exponent, " is negative"));
    }
  }
  binary<int32_t, int32_t, int32_t>(n, integer_power);
  return ok();
}

}  // namespace

extern constinit const OpDef pow = define_op<NoParams, parse_none, infer_binary>(
    {.name = "POW", .code = 78, .versions = {1, 1}, .in_place = 0b11},
    {{Type::f32, bind<NoParams, run_f32>}, {Type::i32, bind<NoParams, run_i32>}});

}  // namespace samara::ops

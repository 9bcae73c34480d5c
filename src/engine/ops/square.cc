// SQUARE: x * x. Builtin 92, versions 1 to 1.
#include <cmath>

#include "engine/ops/shared/unary.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 1;
  template <class T>
  T operator()(T x) const {
    return x * x;
  }
};

}  // namespace

extern constinit const OpDef square = define_op<NoParams, parse_none, infer_unary<>>(
    {.name = "SQUARE", .code = 92, .versions = {1, 1}, .in_place = 1},
    {{Type::f32, unary_kernel<float, Function>}});

}  // namespace samara::ops

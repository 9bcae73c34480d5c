// SIN: the sine of x in radians. Builtin 66, versions 1 to 2.
#include <cmath>

#include "engine/ops/shared/unary.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 16;
  template <class T>
  T operator()(T x) const {
    return std::sin(float(x));
  }
};

}  // namespace

extern constinit const OpDef sin = define_op<NoParams, parse_none, infer_unary<>>(
    {.name = "SIN", .code = 66, .versions = {1, 2}, .in_place = 1},
    {{Type::f32, unary_kernel<float, Function>},
     {Type::f16, unary_kernel<kernels::Half, Function>}});

}  // namespace samara::ops

// CEIL: the smallest integer not below x. Builtin 104, versions 1 to 1.
#include <cmath>

#include "engine/ops/shared/unary.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 1;
  template <class T>
  T operator()(T x) const {
    return std::ceil(x);
  }
};

}  // namespace

extern constinit const OpDef ceil = define_op<NoParams, parse_none, infer_unary<>>(
    {.name = "CEIL", .code = 104, .versions = {1, 1}, .in_place = 1},
    {{Type::f32, unary_kernel<float, Function>}});

}  // namespace samara::ops

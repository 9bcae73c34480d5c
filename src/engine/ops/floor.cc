// FLOOR: the largest integer not above x. Builtin 8, versions 1 to 1.
#include <cmath>

#include "engine/ops/shared/unary.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 1;
  template <class T>
  T operator()(T x) const {
    return std::floor(float(x));
  }
};

}  // namespace

extern constinit const OpDef floor = define_op<NoParams, parse_none, infer_unary<>>(
    {.name = "FLOOR", .code = 8, .versions = {1, 1}, .in_place = 1},
    {{Type::f32, unary_kernel<float, Function>},
     {Type::f16, unary_kernel<kernels::Half, Function>},
     {Type::bf16, unary_kernel<kernels::BFloat16, Function>}});

}  // namespace samara::ops

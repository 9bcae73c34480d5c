// ATAN2: the angle of the point (x = in 1, y = in 0), with broadcasting. Builtin 156, version 1.
// Rules from: LiteRT tflite/kernels/atan2.cc, which does not broadcast.
#include <cmath>

#include "engine/kernels/half/half.h"
#include "engine/ops/shared/binary.h"

namespace samara::ops {
namespace {

/// `Value` is what the angle is computed in.
template <class Value>
struct Atan2 {
  Value operator()(Value y, Value x) const { return std::atan2(y, x); }
};

}  // namespace

extern constinit const OpDef atan2 = define_op<NoParams, parse_none, infer_binary>(
    {.name = "ATAN2", .code = 156, .versions = {1, 1}, .in_place = 0b11},
    {{Type::f32, binary_kernel<float, Atan2<float>>},
     {Type::f16, binary_kernel<kernels::Half, Atan2<float>>},
     {Type::bf16, binary_kernel<kernels::BFloat16, Atan2<float>>},
     {Type::f64, binary_kernel<double, Atan2<double>>}});

}  // namespace samara::ops

// EXP: e^x. Builtin 47, versions 1 to 2.
// Rules from: LiteRT tflite/kernels/exp.cc (tables for quantized values).
#include <cmath>

#include "engine/ops/shared/lookup.h"

namespace samara::ops {
namespace {

struct Function {
  // By double, so that tables are the same on every machine.
  float operator()(float x) const { return float(std::exp(double(x))); }
};

}  // namespace

extern constinit const OpDef exp =
    define_op<NoParams, Lookup, parse_none, infer_function<>, prepare_function<Function>>(
        {.name = "EXP", .code = 47, .versions = {1, 2}, .in_place = 1},
        {{Type::f32, vector_kernel<&kernels::ElementwiseF32::exp>},
         {Type::i8, bytes_kernel<NoParams>},
         {Type::i16, samples_kernel<NoParams>}});

}  // namespace samara::ops

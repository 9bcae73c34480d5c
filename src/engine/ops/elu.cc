// ELU: x < 0 ? e^x - 1 : x. Builtin 111, version 1.
// Rules from: LiteRT tflite/kernels/activations.cc (EluPrepare).
#include <cmath>

#include "engine/ops/shared/lookup.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 16;
  // By double, so that tables are the same on every machine.
  float operator()(float x) const { return x < 0 ? float(std::expm1(double(x))) : x; }
};

}  // namespace

extern constinit const OpDef elu =
    define_op<NoParams, Lookup, parse_none, infer_function<>, prepare_function<Function>>(
        {.name = "ELU", .code = 111, .versions = {1, 1}, .in_place = 1},
        {{Type::f32, function_kernel<float, Function>}, {Type::i8, bytes_kernel<NoParams>}});

}  // namespace samara::ops

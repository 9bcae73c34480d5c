// LOG: the natural logarithm. Builtin 73, versions 1 to 2. Quantized: what is not positive gives
// the lowest value that the output can hold.
// Rules from: LiteRT tflite/kernels/elementwise.cc (LogLUTPrepare).
#include <cmath>

#include "engine/ops/shared/lookup.h"

namespace samara::ops {
namespace {

Status prepare(const NoParams&, Lookup& s, Prepare& n) {
  const Tensor& out = n.out(0);
  const float lowest =
      float(integer_range(out.type).low - out.quant.zero_point()) * out.quant.scale();
  const auto log = [lowest](float x) {
    // By double, so that tables are the same on every machine.
    return x <= 0 ? lowest : float(std::log(double(x)));
  };
  if (out.type == Type::i8) fill_bytes_real(s, n.in(0), out, log);
  if (out.type == Type::i16) fill_samples_real(s, n.in(0), out, log);
  return ok();
}

}  // namespace

extern constinit const OpDef log =
    define_op<NoParams, Lookup, parse_none, infer_function<>, prepare>(
        {.name = "LOG", .code = 73, .versions = {1, 2}, .in_place = 1},
        {{Type::f32, vector_kernel<&kernels::ElementwiseF32::log>},
         {Type::i8, bytes_kernel<NoParams>},
         {Type::i16, samples_kernel<NoParams>}});

}  // namespace samara::ops

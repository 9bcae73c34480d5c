// LOCAL_RESPONSE_NORMALIZATION: each value times (bias + alpha * sum)^-beta, where the sum is that of
// the squares of the channels [c - radius, c + radius). Builtin 13, version 1, float32.
// Rules from: LiteRT tflite/kernels/local_response_norm.cc and its reference kernel, whose windows
// leave out channel c + radius, unlike TensorFlow's.
#include <algorithm>
#include <cmath>

#include "engine/ops/shared/rows.h"

namespace samara::ops {
namespace {

struct Params {
  int64_t radius = 0;
  float bias = 0, alpha = 0, beta = 0;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::LocalResponseNormalizationOptions>();
  return Params{.radius = o.radius(), .bias = o.bias(), .alpha = o.alpha(), .beta = o.beta()};
}

Status infer(const Params&, Infer& n) {
  TRY(n.arity(1, 1));
  TRY(n.has_type(n.in(0), {Type::f32}));
  TRY(n.same_type(n.in(0), n.out(0)));
  TRY(n.has_rank(n.in(0), 4));
  return n.set_shape(n.out(0), n.in(0).shape);
}

Status run(const Params& p, Run& n) {
  const auto row = [&p](const float* in, float* out, int64_t depth) {
    for (int64_t c = 0; c < depth; ++c) {
      float sum = 0;
      const int64_t end = std::min(depth, c + p.radius);
      for (int64_t i = std::max<int64_t>(0, c - p.radius); i < end; ++i) sum += in[i] * in[i];
      out[c] = in[c] * std::pow(p.bias + p.alpha * sum, -p.beta);
    }
  };
  const int64_t window = std::clamp<int64_t>(2 * p.radius, 0, n.in(0).shape[3]);
  for_each_row<float, float>(n, row, 32 + window);
  return ok();
}

}  // namespace

extern constinit const OpDef local_response_normalization = define_op<Params, parse, infer>(
    {.name = "LOCAL_RESPONSE_NORMALIZATION", .code = 13}, {{Type::f32, bind<Params, run>}});

}  // namespace samara::ops

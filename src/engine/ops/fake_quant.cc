// FAKE_QUANT: floats as they would be after quantization to num_bits over [min, max] and back.
// Builtin 80, versions 1 to 2. Rules from: LiteRT tflite/kernels/fake_quant.cc,
// internal/quantization_util.cc (NudgeQuantizationRange, FakeQuantizeArray); narrow_range, which it
// refuses, from TensorFlow's fake_quant_with_min_max_args.
#include <algorithm>
#include <cmath>

#include "engine/graph/op.h"
#include "engine/ops/shared/parallel.h"

namespace samara::ops {
namespace {

/// The range moved so that 0 is one of its steps.
struct Params {
  float scale = 1, low = 0, high = 0;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::FakeQuantOptions>();
  if (o.num_bits() < 2 || o.num_bits() > 16) {
    return Error(Code::invalid_model, cat("has ", o.num_bits(), " bits, not 2 to 16"));
  }
  if (!(o.min() < o.max()) || !std::isfinite(o.max() - o.min())) {
    return Error(Code::invalid_model, cat("has the range ", o.min(), " to ", o.max()));
  }
  const float first = o.narrow_range() ? 1 : 0, last = float((1 << o.num_bits()) - 1);
  Params p;
  p.scale = (o.max() - o.min()) / (last - first);
  const float zero = std::round(std::clamp(first - o.min() / p.scale, first, last));
  p.low = (first - zero) * p.scale;
  p.high = (last - zero) * p.scale;
  return p;
}

Status infer(const Params&, Infer& n) {
  TRY(n.arity(1, 1));
  TRY(n.same_type(n.in(0), n.out(0)));
  return n.set_shape(n.out(0), n.in(0).shape);
}

Status run(const Params& p, Run& n) {
  const auto in = n.view<const float>(n.in(0));
  const auto out = n.view<float>(n.out(0));
  const float inverse = 1.0f / p.scale;
  for_elements(n.pool(), int64_t(in.size()), [&](int64_t begin, int64_t end) {
    for (auto i = size_t(begin); i < size_t(end); ++i) {
      const float shifted = std::min(p.high, std::max(p.low, in[i])) - p.low;
      out[i] = std::round(shifted * inverse) * p.scale + p.low;
    }
  });
  return ok();
}

}  // namespace

extern constinit const OpDef fake_quant = define_op<Params, parse, infer>(
    {.name = "FAKE_QUANT", .code = 80, .versions = {1, 2}, .in_place = 1},
    {{Type::f32, bind<Params, run>}});

}  // namespace samara::ops

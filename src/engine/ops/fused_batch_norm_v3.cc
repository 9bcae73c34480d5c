// FusedBatchNormV3: normalizes each channel by the mean and variance of this very batch, and gives
// both, and running ones. Custom operator, version 1. Outputs: the result; running mean and variance,
// moved by a thousandth; the batch's mean and variance; one unused element.
// Rules from: MediaPipe mediapipe/tasks/cc/vision/custom_ops/fused_batch_norm.cc, which knows one
// factor and one epsilon, both 0.001, whatever the options say. Sums are double here.
#include <cmath>

#include "engine/graph/op.h"

namespace samara::ops {
namespace {

enum Input { kX, kScale, kOffset, kMean, kVariance, kInputs };
enum Output { kY, kRunningMean, kRunningVariance, kBatchMean, kBatchVariance, kUnused, kOutputs };

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(kInputs, kOutputs));
  TRY(n.has_rank(n.in(kX), 4));
  const int32_t channels = n.in(kX).shape.back();
  for (int i = kX; i < kInputs; ++i) {
    TRY(n.has_type(n.in(i), {Type::f32}));
    if (i != kX && n.in(i).shape != Shape{channels})
      return Error(Code::invalid_model, cat("input ", i, " has shape ", n.in(i).shape.text(),
                                            ", not one value for each of ", channels, " channels"));
  }
  if (n.in(kX).shape.elements() == 0) return Error(Code::invalid_model, "the batch is empty");
  for (int i = kY; i < kOutputs; ++i) {
    TRY(n.has_type(n.out(i), {Type::f32}));
    TRY(n.set_shape(n.out(i), i == kY        ? n.in(kX).shape
                              : i == kUnused ? Shape{1}
                                             : Shape{channels}));
  }
  return ok();
}

Status run(const NoParams&, Run& n) {
  constexpr float kFactor = 0.001f, kEpsilon = 0.001f;
  const auto x = n.view<const float>(n.in(kX));
  const auto y = n.view<float>(n.out(kY));
  const auto channels = size_t(n.in(kX).shape.back()), rest = x.size() / channels;
  const float bessel = float(rest) / float(rest > 1 ? rest - 1 : 1);
  const auto in = [&](int i, size_t c) { return n.in_data<float>(i)[c]; };
  const auto out = [&](int i, size_t c) -> float& { return n.out_data<float>(i)[c]; };
  for (size_t c = 0; c < channels; ++c) {
    TRY(n.poll());
    double sum = 0, squares = 0;
    for (size_t i = c; i < x.size(); i += channels) sum += x[i];
    const auto mean = float(sum / double(rest));
    for (size_t i = c; i < x.size(); i += channels)
      squares += double(x[i] - mean) * double(x[i] - mean);
    const auto variance = float(squares / double(rest));
    const float factor = 1.0f / std::sqrt(variance + kEpsilon) * in(kScale, c);
    for (size_t i = c; i < x.size(); i += channels) y[i] = (x[i] - mean) * factor + in(kOffset, c);
    out(kBatchMean, c) = mean;
    out(kBatchVariance, c) = variance;
    out(kRunningMean, c) = (1 - kFactor) * in(kMean, c) + kFactor * mean;
    out(kRunningVariance, c) = (1 - kFactor) * in(kVariance, c) + kFactor * bessel * variance;
  }
  out(kUnused, 0) = 0;
  return ok();
}

}  // namespace

extern constinit const OpDef fused_batch_norm_v3 = define_op<NoParams, parse_none, infer>(
    {.name = "FusedBatchNormV3", .code = 32}, {{Type::f32, bind<NoParams, run>}});

}  // namespace samara::ops

// MaxPoolWithArgmax: MAX_POOL_2D that also tells where in its image each value lay:
// (y * width + x) * channels + channel, int32. Custom operator with FlexBuffers options.
// Rules from: LiteRT tflite/kernels/perception/max_pool_with_argmax.cc.
#include <limits>

#include "engine/graph/flexbuffers/flexbuffer_options.h"
#include "engine/ops/shared/argmax_pool.h"

namespace samara::ops {
namespace {

Result<ArgmaxPool> parse(const OpView& v) {
  TRY_SET(const FlexOptions options, FlexOptions::read(v));
  if (options.flag("include_batch_in_index"))
    return Error(Code::unsupported, "include_batch_in_index is not supported");
  ArgmaxPool p;
  TRY_SET(p.padding, window_padding(options));
  TRY_SET(const auto filter, options.inner<2>("ksize"));
  TRY_SET(const auto stride, options.inner<2>("strides"));
  p.y.filter = filter[0];
  p.x.filter = filter[1];
  p.y.stride = stride[0];
  p.x.stride = stride[1];
  return p;
}

Status infer(const ArgmaxPool& p, Infer& n) {
  TRY(infer_argmax_pool(p, n, Type::i32));
  const Shape& in = n.in(0).shape;
  const int64_t pixels = int64_t{in[1]} * in[2];
  const auto values = checked_mul<int64_t>(pixels, in[3]);
  if (!values || *values > std::numeric_limits<int32_t>::max())
    return Error(Code::unsupported,
                 cat("an image of shape ", in.text(), " has more places than int32 counts"));
  return ok();
}

Status run(const ArgmaxPool& p, Run& n) {
  const int64_t width = n.in(0).shape[2], channels = n.in(0).shape[3];
  return run_argmax_pool<int32_t>(p, n, [=](const Place& at, int64_t c) {
    return int32_t((at.y * width + at.x) * channels + c);
  });
}

}  // namespace

extern constinit const OpDef max_pool_with_argmax = define_op<ArgmaxPool, parse, infer>(
    {.name = "MaxPoolWithArgmax"}, {{Type::f32, bind<ArgmaxPool, run>}});

}  // namespace samara::ops

// MaxPoolingWithArgmax2D: MAX_POOL_2D that also tells where in its window each value lay, as a
// float32: y * filter width + x + 0.1, so that cutting it off gives the number. Custom operator of
// MediaPipe's segmentation models; the options are a TfLitePoolParams.
// Rules from: MediaPipe util/tflite/operations/max_pool_argmax.cc.
#include "engine/ops/shared/argmax_pool.h"
#include "engine/ops/shared/raw_options.h"

namespace samara::ops {
namespace {

Result<ArgmaxPool> parse(const OpView& v) {
  TRY_SET(const RawPool raw, raw_pool(v));
  ArgmaxPool p{.activation = raw.activation, .padding = raw.padding};
  p.y.filter = raw.filter_h;
  p.x.filter = raw.filter_w;
  p.y.stride = raw.stride_h;
  p.x.stride = raw.stride_w;
  return p;
}

Status infer(const ArgmaxPool& p, Infer& n) { return infer_argmax_pool(p, n, Type::f32); }

Status run(const ArgmaxPool& p, Run& n) {
  const int64_t width = p.x.filter;
  return run_argmax_pool<float>(p, n, [width](const Place& at, int64_t) {
    return float(at.window_y * width + at.window_x) + 0.1f;
  });
}

}  // namespace

extern constinit const OpDef max_pooling_with_argmax_2d = define_op<ArgmaxPool, parse, infer>(
    {.name = "MaxPoolingWithArgmax2D"}, {{Type::f32, bind<ArgmaxPool, run>}});

}  // namespace samara::ops

// DenseImageWarp: each pixel is the image's value, between four pixels, where the pixel's place
// minus its flow (input 1: y, x) points to; outside of the image the value at the border. Custom
// operator, version 1. Rules from: LiteRT tflite/kernels/perception/dense_image_warp.cc.
#include <algorithm>
#include <cmath>

#include "engine/graph/op.h"
#include "engine/ops/shared/parallel.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(2, 1));
  for (const Tensor* t : {&n.in(0), &n.in(1), &n.out(0)}) TRY(n.has_type(*t, {Type::f32}));
  for (const int i : {0, 1}) TRY(n.has_rank(n.in(i), 4));
  const Shape &image = n.in(0).shape, &flow = n.in(1).shape;
  if (flow != Shape{image[0], image[1], image[2], 2})
    return Error(Code::invalid_model,
                 cat("the flow ", flow.text(), " does not fit the image ", image.text()));
  if (image[1] < 2 || image[2] < 2)
    return Error(Code::invalid_model,
                 cat("the image is ", image[1], " x ", image[2], ", at least 2 x 2 is needed"));
  return n.set_shape(n.out(0), image);
}

/// A place between neighbours `low` and low + 1.
struct Place {
  int64_t low;
  float rest;
};
Place place_of(float at, int32_t size) {
  // Clamped as a float: an int could not hold it. A NaN is the first place.
  const float floor = std::fmin(std::fmax(std::floor(at), 0.0f), float(size - 2));
  return {int64_t(floor), std::min(std::max(0.0f, at - floor), 1.0f)};
}

Status run(const NoParams&, Run& n) {
  const Shape& shape = n.in(0).shape;
  const int64_t channels = shape[3], row = shape[2] * channels, image = shape[1] * row;
  const float* const in = n.in_data<float>(0);
  const float* const flow = n.in_data<float>(1);
  float* const out = n.out_data<float>(0);
  const auto pixels = [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t line = i / shape[2];
      const Place y = place_of(float(line % shape[1]) - flow[i * 2], shape[1]);
      const Place x = place_of(float(i % shape[2]) - flow[i * 2 + 1], shape[2]);
      const float* const at = in + line / shape[1] * image + y.low * row + x.low * channels;
      for (int64_t c = 0; c < channels; ++c) {
        const float* const p = at + c;
        const float top = x.rest * (p[channels] - p[0]) + p[0];
        const float bottom = x.rest * (p[row + channels] - p[row]) + p[row];
        out[i * channels + c] = y.rest * (bottom - top) + top;
      }
    }
  };
  for_elements(n.pool(), shape.range(0, 3), pixels, 8 + 4 * channels);
  return ok();
}

}  // namespace

extern constinit const OpDef dense_image_warp = define_op<NoParams, parse_none, infer>(
    {.name = "DenseImageWarp", .code = 32}, {{{Type::f32, Type::f32}, bind<NoParams, run>}});

}  // namespace samara::ops

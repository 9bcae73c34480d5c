// Resampler: each pixel is the image's value, between four pixels, at the place that input 1 holds
// for it (x, y); 0 outside of the image. Custom operator, version 1. Rules from: MediaPipe
// mediapipe/util/tflite/operations/resampler.cc, where the places are as many as the image's pixels;
// here any number, as in TensorFlow Addons.
#include <cmath>

#include "engine/graph/op.h"
#include "engine/ops/shared/parallel.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(2, 1));
  for (const Tensor* t : {&n.in(0), &n.in(1), &n.out(0)}) TRY(n.has_type(*t, {Type::f32}));
  for (const int i : {0, 1}) TRY(n.has_rank(n.in(i), 4));
  const Shape &image = n.in(0).shape, &warp = n.in(1).shape;
  if (warp[0] != image[0] || warp[3] != 2)
    return Error(Code::invalid_model,
                 cat("the places ", warp.text(), " do not fit the image ", image.text()));
  return n.set_shape(n.out(0), Shape{warp[0], warp[1], warp[2], image[3]});
}

/// An image of floats and what lies outside of it.
struct Image {
  const float* data;
  int64_t height, width, channels;
  float at(int64_t y, int64_t x, int64_t c) const {
    const bool inside = x >= 0 && y >= 0 && x < width && y < height;
    return inside ? data[(y * width + x) * channels + c] : 0.0f;
  }
};

void sample(const Image& image, float x, float y, float* to) {
  const bool near = x > -1 && y > -1 && x < float(image.width) && y < float(image.height);
  const auto left = int64_t(near ? std::floor(x) : 0), top = int64_t(near ? std::floor(y) : 0);
  const float dx = float(left + 1) - x, dy = float(top + 1) - y;
  for (int64_t c = 0; c < image.channels; ++c) {
    const float a = dx * dy * image.at(top, left, c);
    const float b = (1.0f - dx) * (1.0f - dy) * image.at(top + 1, left + 1, c);
    const float d = dx * (1.0f - dy) * image.at(top + 1, left, c);
    const float e = (1.0f - dx) * dy * image.at(top, left + 1, c);
    to[c] = near ? a + b + d + e : 0.0f;
  }
}

Status run(const NoParams&, Run& n) {
  const Shape &in = n.in(0).shape, &out = n.out(0).shape;
  const float* const warp = n.in_data<float>(1);
  const int64_t channels = in[3], places = out.range(1, 3);
  const auto pixels = [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const Image image{n.in_data<float>(0) + i / places * in.range(1, 4), in[1], in[2], channels};
      sample(image, warp[i * 2], warp[i * 2 + 1], n.out_data<float>(0) + i * channels);
    }
  };
  for_elements(n.pool(), out.range(0, 3), pixels, 8 + 8 * channels);
  return ok();
}

}  // namespace

extern constinit const OpDef resampler = define_op<NoParams, parse_none, infer>(
    {.name = "Resampler", .code = 32}, {{{Type::f32, Type::f32}, bind<NoParams, run>}});

}  // namespace samara::ops

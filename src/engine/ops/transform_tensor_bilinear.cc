// TransformTensorBilinear: each pixel of the output is the image's value, between four pixels, at the
// place where a matrix moves it; 0 outside of the image. Custom operator, versions 1 and 2, which
// differ in their options and in where a pixel is: at its corner or at its middle.
// Rules from: MediaPipe mediapipe/util/tflite/operations/transform_tensor_bilinear.cc, where weights
// are double and a batch has one image.
#include <cmath>

#include "engine/graph/flexbuffers/flexbuffer_options.h"
#include "engine/graph/op.h"
#include "engine/ops/shared/parallel.h"
#include "engine/ops/shared/plane_transform.h"

namespace samara::ops {
namespace {

struct Params {
  int32_t height = 0, width = 0;
  bool middles = false;
};

Result<Params> parse(const OpView& v) {
  TRY_SET(const FlexOptions options, FlexOptions::read(v));
  Params p;
  p.middles = v.version() == 2;
  if (p.middles) {
    TRY_SET(p.height, options.integer("output_height", 0, 1, INT32_MAX));
    TRY_SET(p.width, options.integer("output_width", 0, 1, INT32_MAX));
    return p;
  }
  if (options.has("mode") && options.text("mode") != "bilinear")
    return Error(Code::invalid_model,
                 cat("option mode is '", options.text("mode"), "'; only bilinear is known"));
  TRY_SET(const auto size, options.integers("output_size", 1));
  if (size.size() != 2)
    return Error(Code::invalid_model,
                 cat("option output_size has ", size.size(), " numbers, not 2"));
  p.height = size[0];
  p.width = size[1];
  return p;
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(2, 1));
  TRY(n.has_type(n.in(0), {Type::f32}));
  TRY(n.same_type(n.in(0), n.out(0)));
  TRY(n.has_rank(n.in(0), 4));
  TRY(PlaneTransform::check(n, n.in(1)));
  const Shape& in = n.in(0).shape;
  if (in[0] != 1) return Error(Code::invalid_model, cat("a batch of ", in[0], ", not of 1"));
  return n.set_shape(n.out(0), Shape{1, p.height, p.width, in[3]});
}

/// The matrix for middles of pixels: moved by a half before and back after it.
void to_middles(float* row) { row[3] += row[0] * 0.5 + row[1] * 0.5 - 0.5; }

struct Image {
  const float* data;
  int64_t height, width, channels;
  float at(int64_t y, int64_t x, int64_t c) const {
    return x < width && y < height ? data[(y * width + x) * channels + c] : 0.0f;
  }
};

void sample(const Image& image, float x, float y, float* to) {
  const bool inside =
      x >= 0 && y >= 0 && x <= float(image.width - 1) && y <= float(image.height - 1);
  if (!inside) {
    for (int64_t c = 0; c < image.channels; ++c) to[c] = 0;
    return;
  }
  const auto left = int64_t(x), top = int64_t(y);
  const float right = x - float(left), low = y - float(top);
  for (int64_t c = 0; c < image.channels; ++c) {
    const auto along = [&](int64_t line) {
      return float((1.0 - right) * image.at(line, left, c) + right * image.at(line, left + 1, c));
    };
    const float upper = along(top), lower = along(top + 1);
    to[c] = float(low * lower + (1.0 - low) * upper);
  }
}

Status run(const Params& p, Run& n) {
  const Shape &in = n.in(0).shape, &out = n.out(0).shape;
  PlaneTransform matrix(n.in_data<float>(1));
  if (p.middles) {
    to_middles(matrix.x);
    to_middles(matrix.y);
  }
  const Image image{n.in_data<float>(0), in[1], in[2], in[3]};
  const auto pixels = [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const auto x = float(i % p.width), y = float(i / p.width);
      sample(image, matrix.to_x(x, y), matrix.to_y(x, y), n.out_data<float>(0) + i * in[3]);
    }
  };
  for_elements(n.pool(), out.range(0, 3), pixels, 16 + 8 * int64_t{in[3]});
  return ok();
}

}  // namespace

extern constinit const OpDef transform_tensor_bilinear = define_op<Params, parse, infer>(
    {.name = "TransformTensorBilinear", .code = 32, .versions = {1, 2}},
    {{Type::f32, bind<Params, run>}});

}  // namespace samara::ops

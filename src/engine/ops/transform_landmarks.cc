// TransformLandmarks: points (x, y) or (x, y, z) moved in the picture's plane by a matrix; z stays.
// Custom operator, versions 1 (rank 4, several points to a position, an offset that is scaled) and 2
// (rank 3, one point to a position).
// Rules from: MediaPipe mediapipe/util/tflite/operations/transform_landmarks.cc.
#include "engine/graph/flexbuffers/flexbuffer_options.h"
#include "engine/graph/op.h"
#include "engine/ops/shared/plane_transform.h"

namespace samara::ops {
namespace {

struct Params {
  int version = 1;
  int32_t dimensions = 3;
  float scale = 1;
};

Result<Params> parse(const OpView& v) {
  Params p{.version = v.version()};
  if (p.version == 2) return p;
  TRY_SET(const FlexOptions options, FlexOptions::read(v));
  TRY_SET(p.dimensions, options.integer("dimensions", 3, 2, 3));
  if (options.has("scale")) p.scale = options.number("scale");
  if (p.scale == 0) return Error(Code::invalid_model, "option scale is 0");
  return p;
}

int32_t dimensions_of(const Params& p, const Shape& points) {
  return p.version == 2 ? points.back() : p.dimensions;
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(2, 1));
  TRY(n.has_type(n.in(0), {Type::f32}));
  TRY(n.same_type(n.in(0), n.out(0)));
  TRY(n.has_rank(n.in(0), p.version == 2 ? 3 : 4));
  TRY(PlaneTransform::check(n, n.in(1)));
  const Shape& points = n.in(0).shape;
  const int32_t dimensions = dimensions_of(p, points);
  if (dimensions < 2 || dimensions > 3 || points.back() % dimensions != 0)
    return Error(Code::invalid_model, cat("shape ", points.text(),
                                          " holds no points of 2 or 3 "
                                          "coordinates"));
  return n.set_shape(n.out(0), points);
}

Status run(const Params& p, Run& n) {
  const int32_t dimensions = dimensions_of(p, n.in(0).shape);
  PlaneTransform matrix(n.in_data<float>(1));
  matrix.x[3] *= p.scale;
  matrix.y[3] *= p.scale;
  const auto in = n.view<const float>(n.in(0));
  const auto out = n.view<float>(n.out(0));
  for (size_t i = 0; i < in.size(); i += size_t(dimensions)) {
    const float x = in[i], y = in[i + 1];
    out[i] = matrix.to_x(x, y);
    out[i + 1] = matrix.to_y(x, y);
    if (dimensions == 3) out[i + 2] = in[i + 2];
  }
  return ok();
}

}  // namespace

extern constinit const OpDef transform_landmarks = define_op<Params, parse, infer>(
    {.name = "TransformLandmarks", .code = 32, .versions = {1, 2}, .in_place = 1},
    {{Type::f32, bind<Params, run>}});

}  // namespace samara::ops

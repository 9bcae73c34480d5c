// Landmarks2TransformMatrix: the matrix that cuts the box around some landmarks out of a picture,
// turned so that two of them lie level. Custom operator, versions 1 (the landmarks' range and both
// pictures' sizes are options) and 2 (a target angle and scales are).
// Rules from: MediaPipe mediapipe/util/tflite/operations/landmarks_to_transform_matrix.cc.
#include <algorithm>
#include <array>
#include <cmath>

#include "engine/graph/flexbuffers/flexbuffer_options.h"
#include "engine/graph/op.h"

namespace samara::ops {
namespace {

struct Params {
  int version = 1;
  std::vector<int32_t> subset;  // the landmarks that the box is drawn around
  int32_t left = 0, right = 0;  // the landmarks that shall lie level
  int32_t out_height = 0, out_width = 0;
  int32_t in_height = 0, in_width = 0, range = 0;  // version 1
  float size_factor = 0;
  float angle = 0, scale_x = 0, scale_y = 0;  // version 2
};

Status read_size(const FlexOptions& options, const char* key, int32_t& height, int32_t& width) {
  TRY_SET(const auto size, options.integers(key, 1));
  if (size.size() != 2)
    return Error(Code::invalid_model, cat("option ", key, " has ", size.size(), " numbers, not 2"));
  height = size[0];
  width = size[1];
  return ok();
}

Result<Params> parse(const OpView& v) {
  TRY_SET(const FlexOptions options, FlexOptions::read(v));
  Params p;
  p.version = v.version();
  TRY_SET(p.left, options.integer("left_rotation_idx", 0, 0, INT32_MAX));
  TRY_SET(p.right, options.integer("right_rotation_idx", 0, 0, INT32_MAX));
  TRY_SET(p.subset, options.integers(p.version == 2 ? "subset_idxs" : "subset", 0));
  if (p.version == 2) {
    TRY_SET(p.out_height, options.integer("output_height", 0, 1, INT32_MAX));
    TRY_SET(p.out_width, options.integer("output_width", 0, 1, INT32_MAX));
    TRY_SET(p.scale_x, options.positive("scale_x"));
    TRY_SET(p.scale_y, options.positive("scale_y"));
    p.angle = options.number("target_rotation_radians");
    return p;
  }
  TRY(options.integer("dimensions", 0, 3, 3));
  TRY_SET(p.range, options.integer("landmarks_range", 0, 1, INT32_MAX));
  TRY(read_size(options, "input_hw", p.in_height, p.in_width));
  TRY(read_size(options, "output_hw", p.out_height, p.out_width));
  p.size_factor = options.number("bbox_size_multiplier");
  if (p.size_factor == 0) return Error(Code::invalid_model, "option bbox_size_multiplier is 0");
  return p;
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(1, 1));
  TRY(n.has_type(n.in(0), {Type::f32}));
  TRY(n.same_type(n.in(0), n.out(0)));
  TRY(n.has_rank(n.in(0), p.version == 2 ? 3 : 4));
  const int32_t most = std::max({p.left, p.right, *std::ranges::max_element(p.subset)});
  const int64_t points = n.in(0).shape.elements() / 3;
  if (most >= points)
    return Error(Code::invalid_model, cat("landmark ", most, " is none of the ", points));
  return n.set_shape(n.out(0), Shape{1, 4, 4});
}

struct Point {
  float x, y;
};
Point point(const float* landmarks, int32_t i) {
  return {landmarks[int64_t{i} * 3], landmarks[int64_t{i} * 3 + 1]};
}
Point turned(Point p, float angle) {
  const float c = std::cos(angle), s = std::sin(angle);
  return {p.x * c - p.y * s, p.x * s + p.y * c};
}

/// The box around the landmarks of the subset when they are turned by an angle.
struct Box {
  Point low{1e30f, 1e30f}, high{-1e30f, -1e30f};
  Box(const Params& p, const float* landmarks, float angle) {
    for (const int32_t i : p.subset) {
      const Point at = turned(point(landmarks, i), angle);
      low = {std::min(low.x, at.x), std::min(low.y, at.y)};
      high = {std::max(high.x, at.x), std::max(high.y, at.y)};
    }
  }
  Point size() const { return {high.x - low.x, high.y - low.y}; }
  Point middle() const { return {(high.x + low.x) / 2, (high.y + low.y) / 2}; }
};

/// Maps of the plane: 2 x 2 and an offset.
struct Map {
  float xx, xy, x, yx, yy, y;
};
Map operator*(const Map& a, const Map& b) {
  return {a.xx * b.xx + a.xy * b.yx, a.xx * b.xy + a.xy * b.yy, a.xx * b.x + a.xy * b.y + a.x,
          a.yx * b.xx + a.yy * b.yx, a.yx * b.xy + a.yy * b.yy, a.yx * b.x + a.yy * b.y + a.y};
}

Map map_1(const Params& p, const float* landmarks) {
  const Point left = point(landmarks, p.left), right = point(landmarks, p.right);
  const float angle = -std::atan((right.y - left.y) / (right.x - left.x));
  const Box box(p, landmarks, angle);
  const auto range = float(p.range);
  const Point middle = turned(box.middle(), -angle);
  const float c = std::cos(-angle), s = std::sin(-angle);
  const Map scale{box.size().x * p.size_factor / range, 0, 0, 0,
                  box.size().y * p.size_factor / range, 0};
  const Map turn{c, -s, middle.x / range * 2 - 1, s, c, middle.y / range * 2 - 1};
  const auto to_relative = [](int32_t size) { return float(2.0 / (size - 1.0)); };
  const auto half = [](int32_t size) { return float((size - 1.0) / 2); };
  const Map relative{to_relative(p.out_width), 0, -1, 0, to_relative(p.out_height), -1};
  const Map absolute{half(p.in_width), 0, half(p.in_width), 0, half(p.in_height),
                     half(p.in_height)};
  return absolute * turn * scale * relative;
}

Map map_2(const Params& p, const float* landmarks) {
  const Point left = point(landmarks, p.left), right = point(landmarks, p.right);
  const float angle = p.angle - std::atan2(right.y - left.y, right.x - left.x);
  const Box box(p, landmarks, angle);
  const Point middle = turned(box.middle(), -angle);
  const float c = std::cos(-angle), s = std::sin(-angle);
  const Map scale{p.scale_x * box.size().x / float(p.out_width),  0, 0, 0,
                  p.scale_y * box.size().y / float(p.out_height), 0};
  const Map to_middle{1, 0, float(p.out_width / -2.0), 0, 1, float(p.out_height / -2.0)};
  return Map{1, 0, middle.x, 0, 1, middle.y} * Map{c, -s, 0, s, c, 0} * scale * to_middle;
}

Status run(const Params& p, Run& n) {
  const float* const landmarks = n.in_data<float>(0);
  const Map m = p.version == 2 ? map_2(p, landmarks) : map_1(p, landmarks);
  const std::array<float, 16> matrix{m.xx, m.xy, 0, m.x, m.yx, m.yy, 0, m.y,
                                     0,    0,    1, 0,   0,    0,    0, 1};
  std::ranges::copy(matrix, n.out_data<float>(0));
  return ok();
}

}  // namespace

extern constinit const OpDef landmarks_to_transform_matrix = define_op<Params, parse, infer>(
    {.name = "Landmarks2TransformMatrix", .code = 32, .versions = {1, 2}},
    {{Type::f32, bind<Params, run>}});

}  // namespace samara::ops

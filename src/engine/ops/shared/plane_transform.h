// A 4 x 4 matrix that moves points of a picture's plane (x, y, 0, 1), as MediaPipe's operators on
// landmarks hold it: its first two rows count.
#pragma once

#include "engine/graph/op.h"

namespace samara::ops {

struct PlaneTransform {
  float x[4], y[4];

  static Status check(const Infer& n, const Tensor& t) {
    TRY(n.has_type(t, {Type::f32}));
    if (t.shape.elements() == 16) return ok();
    return Error(Code::invalid_model,
                 cat("the matrix has shape ", t.shape.text(), ", not 16 elements"));
  }
  explicit PlaneTransform(const float* matrix) {
    for (int i = 0; i < 4; ++i) {
      x[i] = matrix[i];
      y[i] = matrix[4 + i];
    }
  }
  static float row(const float* r, float x, float y) {
    return r[0] * x + r[1] * y + r[2] * 0.0f + r[3] * 1.0f;
  }
  float to_x(float from_x, float from_y) const { return row(x, from_x, from_y); }
  float to_y(float from_x, float from_y) const { return row(y, from_x, from_y); }
};

}  // namespace samara::ops

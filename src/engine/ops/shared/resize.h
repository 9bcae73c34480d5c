// RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR: pictures [batch, height, width, depth] to the size
// in input 1.
#pragma once

#include "engine/ops/shared/move.h"

namespace samara::ops {

struct ResizeParams {
  bool align_corners = false, half_pixel_centers = false;
};

/// Checks the operands and sets the output's shape.
inline Status infer_resize(Infer& n) {
  TRY(infer_unary_type(n, 2));
  TRY(n.has_rank(n.in(0), 4));
  TRY(n.has_type(n.in(1), {Type::i32}));
  if (n.in(1).shape != Shape{2})
    return Error(Code::invalid_model,
                 cat("the size has shape ", n.in(1).shape.text(), " instead of [2]"));
  if (!n.known(1)) return n.defer();
  TRY_SET(const Ints size, read_ints(n, 1));
  const Shape& in = n.in(0).shape;
  if (size[0] < 1 || size[1] < 1)
    return value_error(n, 1, cat("cannot resize to ", size[0], " by ", size[1]));
  if (in[1] < 1 || in[2] < 1)
    return Error(Code::invalid_model, cat("cannot resize the empty picture ", in.text()));
  return n.set_shape(n.out(0), Shape{in[0], int32_t(size[0]), int32_t(size[1]), in[3]});
}

}  // namespace samara::ops

// RESIZE_NEAREST_NEIGHBOR. Builtin 97, versions 1 to 4. Rules from: LiteRT
// tflite/kernels/internal/reference/resize_nearest_neighbor.h, in float as there: place * scale
// rounded down, or to the nearest (half away from zero) with align_corners.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/ops/shared/parallel.h"
#include "engine/ops/shared/resize.h"

namespace samara::ops {
namespace {

Result<ResizeParams> parse(const OpView& v) {
  const auto& o = v.options<fb::ResizeNearestNeighborOptions>();
  return ResizeParams{o.align_corners(), o.half_pixel_centers()};
}

Status infer(const ResizeParams&, Infer& n) { return infer_resize(n); }

int64_t nearest(const ResizeParams& p, int64_t place, int32_t in, int32_t out) {
  const float scale =
      p.align_corners && out > 1 ? float(in - 1) / float(out - 1) : float(in) / float(out);
  const float at = (float(place) + (p.half_pixel_centers ? 0.5f : 0.0f)) * scale;
  const auto rounded = int32_t(p.align_corners ? std::round(at) : std::floor(at));
  return std::clamp(rounded, 0, in - 1);
}

Status run(const ResizeParams& p, Run& n) {
  const Shape& in = n.in(0).shape;
  const Shape& out = n.out(0).shape;
  if (out.elements() == 0) return ok();
  const int64_t pixel = in[3] * element_size(n.in(0).type);
  const int64_t in_row = in[2] * pixel, out_row = out[2] * pixel;
  for_elements(
      n.pool(), int64_t{out[0]} * out[1],
      [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row) {
          const int64_t y = row / out[1] * in[1] + nearest(p, row % out[1], in[1], out[1]);
          const std::byte* from = n.in(0).data + y * in_row;
          std::byte* to = n.out(0).data + row * out_row;
          for (int32_t x = 0; x < out[2]; ++x, to += pixel)
            std::memcpy(to, from + nearest(p, x, in[2], out[2]) * pixel, size_t(pixel));
        }
      },
      out_row);
  return ok();
}

}  // namespace

extern constinit const OpDef resize_nearest_neighbor =
    define_mover<ResizeParams, parse, infer, run>(
        {.name = "RESIZE_NEAREST_NEIGHBOR", .code = 97, .versions = {1, 4}}, kFixedSize);

}  // namespace samara::ops

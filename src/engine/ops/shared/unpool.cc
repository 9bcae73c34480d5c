#include "engine/ops/shared/unpool.h"

#include <algorithm>
#include <cmath>

#include "engine/graph/poller.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

Result<int32_t> output_size(const RawPool& p, const Operands& n, int32_t in, int32_t filter,
                            int32_t stride) {
  int64_t out = int64_t{in} * filter;
  if (n.in(1).type == Type::i32) {
    out = p.padding == kernels::Padding::same ? int64_t{in} * stride
                                              : (int64_t{in} - 1) * stride + filter;
  }
  const auto size = narrow<int32_t>(out);
  if (!size || *size < 1)
    return Error(Code::invalid_model, cat("an input of ", in, " would become ", out));
  return *size;
}

/// How far the first window lies before the output, where LiteRT's padding rule puts it.
int64_t before(int64_t in, int64_t filter, int64_t stride, int64_t out) {
  return std::max<int64_t>(0, (in - 1) * stride + filter - out) / 2;
}

}  // namespace

Status infer_unpool(const RawPool& p, Infer& n) {
  TRY(n.arity(2, 1));
  const Tensor& in = n.in(0);
  TRY(n.has_type(in, {Type::f32}));
  TRY(n.has_type(n.in(1), {Type::f32, Type::i32}));
  TRY(n.same_type(in, n.out(0)));
  TRY(n.has_rank(in, 4));
  if (!(in.shape == n.in(1).shape))
    return Error(Code::invalid_model, cat("values of shape ", in.shape.text(),
                                          " have indices of shape ", n.in(1).shape.text()));
  TRY_SET(const int32_t height, output_size(p, n, in.shape[1], p.filter_h, p.stride_h));
  TRY_SET(const int32_t width, output_size(p, n, in.shape[2], p.filter_w, p.stride_w));
  return n.set_shape(n.out(0), {in.shape[0], height, width, in.shape[3]});
}

Status run_unpool_by_window(const RawPool& p, Run& n) {
  const Shape& in = n.in(0).shape;
  const Shape& out = n.out(0).shape;
  const float* from = n.in_data<float>(0);
  const float* indices = n.in_data<float>(1);
  const auto to = n.view<float>(n.out(0));
  std::fill(to.begin(), to.end(), 0.0f);
  const int64_t top = before(in[1], p.filter_h, p.stride_h, out[1]);
  const int64_t left = before(in[2], p.filter_w, p.stride_w, out[2]);
  const int64_t count = in.elements();
  Poller poll(n);
  for (int64_t i = 0; i < count; ++i) {
    TRY(poll(8));
    if (!(std::abs(indices[i]) < 0x1p31f)) continue;
    const int64_t index = int64_t(indices[i]);
    const int64_t c = i % in[3], pixel = i / in[3], row = pixel / in[2];
    const int64_t y = row % in[1] * p.stride_h - top + index / p.filter_w;
    const int64_t x = pixel % in[2] * p.stride_w - left + index % p.filter_w;
    if (y < 0 || y >= out[1] || x < 0 || x >= out[2]) continue;
    to[size_t(((row / in[1] * out[1] + y) * out[2] + x) * out[3] + c)] = from[i];
  }
  return ok();
}

Status run_unpool_by_image(const RawPool&, Run& n) {
  const float* from = n.in_data<float>(0);
  const int32_t* indices = n.in_data<int32_t>(1);
  const auto to = n.view<float>(n.out(0));
  std::fill(to.begin(), to.end(), 0.0f);
  const int64_t in_image = n.in(0).shape.range(1, 4), image = n.out(0).shape.range(1, 4);
  const int64_t count = n.in(0).shape.elements();
  Poller poll(n);
  for (int64_t i = 0; i < count; ++i) {
    TRY(poll(8));
    if (indices[i] < 0 || indices[i] >= image)
      return value_error(n, 1,
                         cat("index ", indices[i], " at ", i, " is out of range: an image of ",
                             "the output has ", image, " values"));
    to[size_t(i / in_image * image + indices[i])] = from[i];
  }
  return ok();
}

}  // namespace samara::ops

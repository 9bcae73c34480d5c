#include "engine/ops/shared/pool.h"

namespace samara::ops {
namespace {

Status resolve(const PoolParams& p, const Shape& in, kernels::WindowAxis& y,
               kernels::WindowAxis& x) {
  y = p.y;
  x = p.x;
  y.in = in[1];
  x.in = in[2];
  TRY(y.resolve(p.padding, "height"));
  TRY(x.resolve(p.padding, "width"));
  // Sums of 8-bit cells then fit 32 bits.
  const int64_t cells = int64_t{std::min(y.filter, y.in)} * std::min(x.filter, x.in);
  if (cells > 1 << 23) {
    return Error(Code::unsupported, cat("a pooling window of ", cells, " cells"));
  }
  return ok();
}

}  // namespace

Result<PoolParams> parse_pool(const OpView& v) {
  const auto& o = v.options<fb::Pool2DOptions>();
  if (o.padding() != fb::Padding_SAME && o.padding() != fb::Padding_VALID) {
    return Error(Code::invalid_model, cat("padding ", int(o.padding()), " is unknown"));
  }
  PoolParams p;
  p.padding = kernels::Padding(o.padding());
  p.y.filter = o.filter_height();
  p.x.filter = o.filter_width();
  p.y.stride = o.stride_h();
  p.x.stride = o.stride_w();
  TRY_SET(p.activation, fused_activation(o.fused_activation_function()));
  return p;
}

Status infer_pool(const PoolParams& p, Infer& n) {
  TRY(n.arity(1, 1));
  const Tensor& in = n.in(0);
  TRY(n.same_type(in, n.out(0)));
  TRY(n.has_rank(in, 4));
  if (in.type != Type::f32) {
    TRY(n.quantized(in));
    TRY(n.quantized(n.out(0)));
  }
  kernels::WindowAxis y, x;
  TRY(resolve(p, in.shape, y, x));
  return n.set_shape(n.out(0), {in.shape[0], y.out, x.out, in.shape[3]});
}

Status prepare_pool(const PoolParams& p, Pool& s, Prepare& n) {
  TRY(resolve(p, n.in(0).shape, s.y, s.x));
  if (n.in(0).type == Type::f32) return ok();
  TRY_SET(s.range, quantized_activation_range(p.activation, n.out(0)));
  return ok();
}

}  // namespace samara::ops

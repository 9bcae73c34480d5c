#include "engine/ops/shared/pool_3d.h"

#include "engine/graph/flexbuffers/flexbuffer_options.h"

namespace samara::ops {

Status Pool3d::resolve(const Shape& in) {
  constexpr const char* kNames[] = {"depth", "height", "width"};
  for (int a = 0; a < 3; ++a) {
    kernels::WindowAxis& axis = axes[size_t(a)];
    axis.in = in[a + 1];
    TRY(axis.resolve(padding, kNames[a]));
  }
  return ok();
}

Result<Pool3d> parse_pool_3d(const OpView& v) {
  TRY_SET(const FlexOptions options, FlexOptions::read(v));
  const std::string format = options.text("data_format");
  if (format != "NDHWC")
    return Error(Code::unsupported, cat("option data_format is '", format, "', not NDHWC"));
  Pool3d p;
  TRY_SET(p.padding, window_padding(options));
  TRY_SET(const auto filter, options.inner<3>("ksize"));
  TRY_SET(const auto stride, options.inner<3>("strides"));
  for (size_t a = 0; a < 3; ++a) {
    p.axes[a].filter = filter[a];
    p.axes[a].stride = stride[a];
  }
  return p;
}

Status infer_pool_3d(const Pool3d& p, Infer& n) {
  TRY(n.arity(1, 1));
  const Tensor& in = n.in(0);
  TRY(n.has_type(in, {Type::f32, Type::i8, Type::i16}));
  TRY(n.same_type(in, n.out(0)));
  TRY(n.has_rank(in, 5));
  if (in.type != Type::f32) {
    TRY(n.quantized(in));
    TRY(n.quantized(n.out(0)));
  }
  Pool3d at = p;
  TRY(at.resolve(in.shape));
  return n.set_shape(n.out(0),
                     {in.shape[0], at.axes[0].out, at.axes[1].out, at.axes[2].out, in.shape[4]});
}

}  // namespace samara::ops

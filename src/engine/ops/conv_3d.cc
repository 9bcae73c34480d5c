// CONV_3D: sliding windows over NDHWC data, filters [depth][height][width][in_c][out_c]. Builtin
// 132, version 1. Float32; a missing bias is zeros.
// Rules from: LiteRT tflite/kernels/conv3d.cc and its reference kernel.
#include "engine/ops/shared/conv_3d.h"

#include "engine/ops/shared/integer_layer.h"

namespace samara::ops {
namespace {

Status infer(const Conv3dParams& p, Infer& n) {
  TRY(n.arity(2, 3, 1));
  const Tensor &in = n.in(0), &filter = n.in(1);
  TRY(n.has_type(in, {Type::f32}));
  TRY(n.has_type(filter, {Type::f32}));
  TRY(n.same_type(in, n.out(0)));
  TRY(n.has_rank(in, 5));
  TRY(n.has_rank(filter, 5));
  if (in.shape.range(1, 5) < 1)
    return Error(Code::invalid_model, cat("a volume of shape ", in.shape.text(), " is empty"));
  if (filter.shape[3] != in.shape[4] || filter.shape[4] < 1)
    return Error(Code::invalid_model, cat("filter of shape ", filter.shape.text(),
                                          " does not fit an input of ", in.shape[4], " channels"));
  TRY(check_bias(n, 2, filter.shape[4], {Type::f32}));
  Volume v;
  TRY(v.resolve(p, in.shape, filter.shape));
  return n.set_shape(n.out(0),
                     {in.shape[0], v.axes[0].out, v.axes[1].out, v.axes[2].out, filter.shape[4]});
}

Status run(const Conv3dParams& p, Run& n) {
  const Shape& in = n.in(0).shape;
  Conv3d c{.batches = in[0], .in_c = in[4], .out_c = n.in(1).shape[4]};
  TRY(c.volume.resolve(p, in, n.in(1).shape));
  c.in = n.in_data<float>(0);
  c.filter = n.in_data<float>(1);
  c.bias = n.has(2) ? n.in_data<float>(2) : nullptr;
  c.out = n.out_data<float>(0);
  c.range = activation_range<float>(p.activation);
  run_conv_3d(c, n.pool());
  return ok();
}

}  // namespace

extern constinit const OpDef conv_3d = define_op<Conv3dParams, parse_conv_3d, infer>(
    {.name = "CONV_3D", .code = 132}, {{Type::f32, bind<Conv3dParams, run>}});

}  // namespace samara::ops

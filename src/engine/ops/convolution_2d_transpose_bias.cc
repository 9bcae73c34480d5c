// Convolution2DTransposeBias: TRANSPOSE_CONV whose output shape follows from the input's. Custom
// operator of MediaPipe's segmentation models: input, filter [out_c][h][w][in_c] and bias, float32;
// the options are a TfLiteTransposeConvParams.
// Rules from: MediaPipe util/tflite/operations/transpose_conv_bias.cc. The bias is added last, not
// first as there: a difference in the last bits. A fused activation is ignored there.
#include <algorithm>

#include "engine/ops/shared/raw_options.h"
#include "engine/ops/shared/transpose_conv.h"

namespace samara::ops {
namespace {

constexpr LayerInputs kInputs{.in = 0, .weights = 1, .bias = 2};

struct Params {
  kernels::Padding padding = kernels::Padding::same;
  int32_t stride_w = 1, stride_h = 1;
};

Result<Params> parse(const OpView& v) {
  TRY_SET(const auto ints, raw_options<3>(v, "TfLiteTransposeConvParams"));
  Params p{.stride_w = ints[1], .stride_h = ints[2]};
  TRY_SET(p.padding, raw_padding(ints[0]));
  return p;
}

/// What SAME padding cuts off makes the output the largest that an ordinary convolution with these
/// strides leads back from to the input.
Status set_axis(kernels::Padding padding, TransposeAxis& a, const char* what) {
  const int64_t reach = (int64_t{a.in} - 1) * a.stride + a.filter;
  int64_t cut = 0;
  if (padding == kernels::Padding::same)
    cut = std::max<int64_t>(0, int64_t{a.filter} - (a.in - 1) % a.stride - 1);
  const auto out = narrow<int32_t>(reach - cut);
  if (!out || *out < 1)
    return Error(Code::invalid_model, cat("the output's ", what, " would be ", reach - cut));
  a.out = *out;
  a.before = int32_t(cut / 2);
  return ok();
}

Result<TransposeGeometry> geometry_of(const Params& p, const Operands& n) {
  TransposeGeometry g;
  TRY(g.set(n.in(0).shape, n.in(1).shape, p.stride_h, p.stride_w));
  TRY(set_axis(p.padding, g.y, "height"));
  TRY(set_axis(p.padding, g.x, "width"));
  return g;
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(3, 1));
  for (int i = 0; i < 3; ++i) TRY(n.has_type(n.in(i), {Type::f32}));
  TRY(n.same_type(n.in(0), n.out(0)));
  TRY(n.has_rank(n.in(0), 4));
  TRY(n.has_rank(n.in(1), 4));
  TRY_SET(const TransposeGeometry g, geometry_of(p, n));
  TRY(check_bias(n, 2, g.out_c, {Type::f32}));
  TRY(n.set_shape(n.out(0), {g.batches, g.y.out, g.x.out, g.out_c}));
  return TransposeF32().infer(n, kInputs, g);
}

Status prepare(const Params& p, TransposeF32& s, Prepare& n) {
  TRY_SET(const TransposeGeometry g, geometry_of(p, n));
  return s.prepare(n, kInputs, g);
}

Status run(const Params&, TransposeF32& s, Run& n) {
  s.run(n, kInputs, {});
  return ok();
}

}  // namespace

extern constinit const OpDef convolution_2d_transpose_bias =
    define_op<Params, TransposeF32, parse, infer, prepare>(
        {.name = "Convolution2DTransposeBias"}, {{Type::f32, bind<Params, TransposeF32, run>}});

}  // namespace samara::ops

// CONV_3D_TRANSPOSE: each input position adds a filter's worth of output, filters
// [depth][height][width][out_c][in_c]. Builtin 141, version 1. Inputs: output shape, filter, input,
// bias or none. Float32.
// Rules from: LiteRT tflite/kernels/conv3d_transpose.cc and its reference kernel.
#include "engine/ops/shared/conv_3d.h"
#include "engine/ops/shared/integer_layer.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

struct State {
  const float* filter = nullptr;  // with in_c and out_c exchanged; null: made in each run
};

Status check_shape(const Conv3dParams& p, const Operands& n, const Shape& out) {
  const Shape &filter = n.in(1).shape, &in = n.in(2).shape;
  if (out.rank() != 5 || out[0] != in[0] || out[4] != filter[3])
    return value_error(n, 0,
                       cat("output shape ", out.text(), " does not fit ", in[0], " volumes of ",
                           filter[3], " channels"));
  Volume v;
  TRY(v.resolve(p, out, filter));
  for (int a = 0; a < 3; ++a) {
    const kernels::WindowAxis& axis = v.axes[size_t(a)];
    if (axis.in < 1 || axis.out != in[a + 1])
      return value_error(n, 0,
                         cat("an output of ", kAxes3d[a], " ", axis.in, " comes from an input of ",
                             axis.out, ", but the input has ", in[a + 1]));
  }
  return ok();
}

Status infer(const Conv3dParams& p, Infer& n) {
  TRY(n.arity(3, 4, 1));
  const Tensor &filter = n.in(1), &in = n.in(2);
  TRY(n.has_type(n.in(0), {Type::i32}));
  TRY(n.has_rank(n.in(0), 1));
  TRY(n.has_type(filter, {Type::f32}));
  TRY(n.same_type(in, n.out(0)));
  TRY(n.has_rank(in, 5));
  TRY(n.has_rank(filter, 5));
  if (in.shape.range(1, 5) < 1)
    return Error(Code::invalid_model, cat("a volume of shape ", in.shape.text(), " is empty"));
  if (filter.shape[4] != in.shape[4] || filter.shape[3] < 1)
    return Error(Code::invalid_model, cat("filter of shape ", filter.shape.text(),
                                          " does not fit an input of ", in.shape[4], " channels"));
  TRY(check_bias(n, 3, filter.shape[3], {Type::f32}));
  if (!n.known(0)) return n.defer();
  TRY_SET(const Shape out, read_shape(n, 0));
  TRY(check_shape(p, n, out));
  TRY(n.set_shape(n.out(0), out));
  return filter.constant ? ok() : n.scratch(0, filter.shape.elements() * 4);
}

void exchange_channels(const Tensor& filter, float* to) {
  const auto* from = reinterpret_cast<const float*>(filter.data);
  const int64_t taps = filter.shape.range(0, 3), outs = filter.shape[3], ins = filter.shape[4];
  for (int64_t tap = 0; tap < taps; ++tap, from += outs * ins)
    for (int64_t i = 0; i < ins; ++i)
      for (int64_t o = 0; o < outs; ++o) *to++ = from[o * ins + i];
}

Status prepare(const Conv3dParams&, State& s, Prepare& n) {
  s.filter = nullptr;
  const Tensor& filter = n.in(1);
  if (!filter.constant) return ok();
  const auto fill = [&](std::byte* memory) {
    exchange_channels(filter, reinterpret_cast<float*>(memory));
    return ok();
  };
  TRY_SET(const std::byte* const packed, n.packed("filter", int64_t(filter.bytes), fill));
  s.filter = reinterpret_cast<const float*>(packed);
  return ok();
}

Status run(const Conv3dParams& p, State& s, Run& n) {
  const Shape& in = n.in(2).shape;
  Conv3d c{.transposed = true, .batches = in[0], .in_c = in[4], .out_c = n.in(1).shape[3]};
  TRY(c.volume.resolve(p, n.out(0).shape, n.in(1).shape));
  c.in = n.in_data<float>(2);
  c.filter = s.filter;
  if (!c.filter) {
    auto* scratch = reinterpret_cast<float*>(n.scratch(0).data());
    exchange_channels(n.in(1), scratch);
    c.filter = scratch;
  }
  c.bias = n.has(3) ? n.in_data<float>(3) : nullptr;
  c.out = n.out_data<float>(0);
  c.range = activation_range<float>(p.activation);
  run_conv_3d(c, n.pool());
  return ok();
}

}  // namespace

extern constinit const OpDef conv_3d_transpose =
    define_op<Conv3dParams, State, parse_conv_3d, infer, prepare>(
        {.name = "CONV_3D_TRANSPOSE", .code = 141},
        {{{kAny, kAny, Type::f32}, bind<Conv3dParams, State, run>}});

}  // namespace samara::ops

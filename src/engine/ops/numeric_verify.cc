// NumericVerify: how far quantized values (int8, uint8, int16) or float16 ones are from float
// reference values: input 0 as float, less input 1. Custom operator. With the option log_if_failed
// and a tolerance of 0.1 or more, a difference of more than `tolerance` quanta ends the run.
// Rules from: LiteRT tflite/kernels/numeric_verify.cc.
#include <cmath>

#include "engine/graph/flexbuffers/flexbuffer_options.h"
#include "engine/graph/op.h"
#include "engine/kernels/half/half.h"
#include "engine/ops/shared/channels.h"

namespace samara::ops {
namespace {

struct Params {
  float tolerance = 0;
  bool strict = false;
};

Result<Params> parse(const OpView& v) {
  TRY_SET(const FlexOptions options, FlexOptions::read(v));
  const float tolerance = options.number("tolerance");
  return Params{tolerance, options.flag("log_if_failed") && tolerance >= 0.1};
}

Status infer(const Params&, Infer& n) {
  TRY(n.arity(2, 1));
  const Tensor &in = n.in(0), &reference = n.in(1);
  TRY(n.has_type(reference, {Type::f32}));
  TRY(n.has_type(n.out(0), {Type::f32}));
  if (in.shape != reference.shape) {
    return Error(Code::invalid_model,
                 cat("compares shape ", in.shape.text(), " with ", reference.shape.text()));
  }
  if (in.type != Type::f16) {
    TRY(in.quant.scales.size() <= 1 ? n.quantized(in) : check_channel_scales(in));
  }
  return n.set_shape(n.out(0), in.shape);
}

Status judge(const Params& p, const Run& n) {
  const float most = p.tolerance * n.in(0).quant.scale();
  const auto out = n.view<const float>(n.out(0));
  for (size_t i = 0; p.strict && i < out.size(); ++i) {
    if (std::abs(out[i]) > most) {
      return Error(Code::failed_precondition, cat("element ", i, " of '", n.in(0).name, "' is ",
                                                  out[i], " from its reference, more than ", most));
    }
  }
  return ok();
}

template <class T>
Status run_whole(const Params& p, Run& n) {
  const T* in = n.in_data<T>(0);
  const float* reference = n.in_data<float>(1);
  float* out = n.out_data<float>(0);
  for_each_channel_run(n.pool(), n.in(0),
                       [=](int64_t begin, int64_t end, float scale, int32_t zero) {
                         for (int64_t i = begin; i < end; ++i) {
                           out[i] = scale * float(in[i] - zero) - reference[i];
                         }
                       });
  return judge(p, n);
}

Status run_f16(const Params& p, Run& n) {
  const auto in = n.view<const uint16_t>(n.in(0));
  for (size_t i = 0; i < in.size(); ++i) {
    n.out_data<float>(0)[i] = kernels::half_to_float(in[i]) - n.in_data<float>(1)[i];
  }
  return judge(p, n);
}

}  // namespace

extern constinit const OpDef numeric_verify = define_op<Params, parse, infer>(
    {.name = "NumericVerify"}, {{Type::i8, bind<Params, run_whole<int8_t>>},
                                {Type::u8, bind<Params, run_whole<uint8_t>>},
                                {Type::i16, bind<Params, run_whole<int16_t>>},
                                {Type::f16, bind<Params, run_f16>}});

}  // namespace samara::ops

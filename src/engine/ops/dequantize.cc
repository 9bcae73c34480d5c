// DEQUANTIZE: quantized values to float, per tensor or per channel; narrow floats to float. Builtin 6,
// versions 1 to 9. Constants quantized in blocks come as floats already (graph/stand_ins.h).
// Rules from: LiteRT tflite/kernels/dequantize.h (scale * (q - zero point), 16 bits not per
// channel).
#include "engine/kernels/elementwise/elementwise_kernels.h"
#include "engine/kernels/half/float8.h"
#include "engine/ops/shared/channels.h"
#include "engine/ops/shared/packed_bits.h"
#include "engine/ops/shared/unary.h"

namespace samara::ops {
namespace {

/// Whether the values need no scale.
bool is_plain(Type type) {
  return type == Type::f32 || type == Type::f16 || type == Type::bf16 || type == Type::f8e4m3fn ||
         type == Type::f8e5m2;
}

Status infer(const NoParams&, Infer& n) {
  TRY(infer_same_shape(n));
  const Tensor& in = n.in(0);
  TRY(n.has_type(n.out(0), {Type::f32}));
  if (in.type == Type::f32 && in.quant.block_size == 0)
    return Error(Code::invalid_model, cat("tensor '", in.name, "' is float32 already"));
  if (is_plain(in.type)) return ok();
  if (in.quant.scales.size() <= 1) return n.quantized(in);
  if (in.type == Type::i16) {
    return Error(Code::unsupported, cat("tensor '", in.name, "': int16 with a scale per channel"));
  }
  return check_channel_scales(in);
}

Status run_f16(const NoParams&, Run& n) {
  const uint16_t* in = n.in_data<uint16_t>(0);
  float* out = n.out_data<float>(0);
  for_elements(n.pool(), n.in(0).shape.elements(), [=](int64_t begin, int64_t end) {
    kernels::elementwise_f32().from_f16(in + begin, out + begin, size_t(end - begin));
  });
  return ok();
}

template <class T>
Status run_narrow(const NoParams&, Run& n) {
  unary<T, float>(n, [](T x) { return float(x); });
  return ok();
}

template <class T>
Status run_whole(const NoParams&, Run& n) {
  const T* in = n.in_data<T>(0);
  float* out = n.out_data<float>(0);
  for_each_channel_run(n.pool(), n.in(0),
                       [=](int64_t begin, int64_t end, float scale, int32_t zero) {
                         for (int64_t i = begin; i < end; ++i) {
                           out[i] = scale * float(in[i] - zero);
                         }
                       });
  return ok();
}

template <int width, bool is_unsigned>
Status run_packed(const NoParams&, Run& n) {
  const uint8_t* in = n.in_data<uint8_t>(0);
  float* out = n.out_data<float>(0);
  for_each_channel_run(n.pool(), n.in(0),
                       [=](int64_t begin, int64_t end, float scale, int32_t zero) {
                         for (int64_t i = begin; i < end; ++i) {
                           out[i] = scale * float(unpack_bits(in, i, width, is_unsigned) - zero);
                         }
                       });
  return ok();
}

}  // namespace

extern constinit const OpDef dequantize = define_op<NoParams, parse_none, infer>(
    {.name = "DEQUANTIZE", .code = 6, .versions = {1, 9}},
    {{Type::i8, bind<NoParams, run_whole<int8_t>>},
     {Type::u8, bind<NoParams, run_whole<uint8_t>>},
     {Type::i16, bind<NoParams, run_whole<int16_t>>},
     {Type::f16, bind<NoParams, run_f16>},
     {Type::bf16, bind<NoParams, run_narrow<kernels::BFloat16>>},
     {Type::f8e4m3fn, bind<NoParams, run_narrow<kernels::Float8E4M3>>},
     {Type::f8e5m2, bind<NoParams, run_narrow<kernels::Float8E5M2>>},
     {Type::f32, bind<NoParams, run_narrow<float>>},
     {Type::i4, bind<NoParams, run_packed<4, false>>},
     {Type::u4, bind<NoParams, run_packed<4, true>>},
     {Type::i2, bind<NoParams, run_packed<2, false>>}});

}  // namespace samara::ops

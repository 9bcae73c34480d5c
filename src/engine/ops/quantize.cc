// QUANTIZE: float to quantized values, per tensor or per channel; quantized values to another scale
// or type. Builtin 114, versions 1 to 6. Floats are divided by the scale and rounded half away from
// zero; beyond the type's range they saturate, and NaN gives the lowest value.
// Rules from: LiteRT tflite/kernels/quantize.cc, internal/reference/{quantize,requantize}.h.
#include <cmath>

#include "engine/kernels/requant/requant.h"
#include "engine/ops/shared/activation.h"
#include "engine/ops/shared/channels.h"
#include "engine/ops/shared/lookup.h"
#include "engine/ops/shared/packed_bits.h"
#include "engine/ops/shared/rounded_once.h"
#include "engine/ops/shared/unary.h"

namespace samara::ops {
namespace {

struct State : Lookup {
  kernels::Multiplier scale;
  int32_t in_zero = 0, out_zero = 0;
  Range<int32_t> range;
  int32_t apply(int32_t q) const {
    const int32_t centred = int32_t(uint32_t(q) - uint32_t(in_zero));
    return range.clamp(kernels::rescale(centred, scale), out_zero);
  }
};

/// The types that a type can become; none for types that are not converted.
std::initializer_list<Type> targets(Type in) {
  static constexpr std::initializer_list<Type> kFloat{Type::i8, Type::u8, Type::i16, Type::i4,
                                                      Type::u4};
  static constexpr std::initializer_list<Type> kByte{Type::i8, Type::u8, Type::i16};
  static constexpr std::initializer_list<Type> kI16{Type::i8, Type::i16, Type::i32};
  static constexpr std::initializer_list<Type> kI32{Type::i8, Type::i16};
  switch (in) {
    case Type::f32:
      return kFloat;
    case Type::i16:
      return kI16;
    case Type::i32:
      return kI32;
    default:
      return kByte;
  }
}

Status infer(const NoParams&, Infer& n) {
  TRY(infer_same_shape(n));
  const Tensor& in = n.in(0);
  const Tensor& out = n.out(0);
  TRY(n.has_type(out, targets(in.type)));
  if (in.type == Type::f32 && out.quant.scales.size() > 1) {
    if (bits(out.type) < 8) {
      return Error(Code::unsupported, cat("tensor '", out.name, "': 4 bits, scales per channel"));
    }
    return check_channel_scales(out);
  }
  TRY(n.quantized(out));
  if (in.type == Type::f32) return ok();
  TRY(n.quantized(in));
  if (in.type == Type::i16 && out.type == Type::i16 &&
      (in.quant.zero_point() != 0 || out.quant.zero_point() != 0)) {
    return Error(Code::invalid_model, "16-bit zero points must be 0");
  }
  return ok();
}

Status prepare(const NoParams&, State& s, Prepare& n) {
  if (n.in(0).type == Type::f32) return ok();
  const Tensor& in = n.in(0);
  const Tensor& out = n.out(0);
  s.scale = kernels::quantize_multiplier(double(in.quant.scale()) / double(out.quant.scale()));
  s.in_zero = in.quant.zero_point();
  s.out_zero = out.quant.zero_point();
  s.range = integer_range(out.type);
  const float ratio = scale_ratio(in, out);
  if (rounds_once(n) && bits(in.type) == 8 && in.type == out.type && Conversion::takes(ratio)) {
    fill_bytes(s, in.type, [&, convert = Conversion(ratio)](int32_t q) {
      return s.range.clamp(convert(q - s.in_zero), s.out_zero);
    });
  } else if (bits(in.type) == 8 && bits(out.type) == 8) {
    fill_bytes(s, in.type, [&](int32_t q) { return s.apply(q); });
  }
  return ok();
}

/// x / scale rounded half away from zero, saturated to 24 bits. Without branches or calls, so that
/// loops over it become vectors: below 2^23 the distance to the truncated value is exact.
int32_t rounded_quotient(float x, float scale) {
  constexpr float kBound = 0x1p22f;
  const float q = x / scale;
  const float bounded = !(q >= -kBound) ? -kBound : q > kBound ? kBound : q;
  const int32_t cut = int32_t(bounded);
  const float rest = bounded - float(cut);
  return cut + int32_t(rest >= 0.5f) - int32_t(rest <= -0.5f);
}

template <class T>
void to_whole(Run& n) {
  const float* in = n.in_data<float>(0);
  T* out = n.out_data<T>(0);
  const Range<int32_t> range = integer_range(n.out(0).type);
  for_each_channel_run(n.pool(), n.out(0),
                       [=](int64_t begin, int64_t end, float scale, int32_t zero) {
                         for (int64_t i = begin; i < end; ++i) {
                           out[i] = T(range.clamp(rounded_quotient(in[i], scale) + zero));
                         }
                       });
}

/// XNNPACK's rule for one scale: times the inverse, ties to even.
template <class T>
void to_bytes_once(Run& n) {
  const float* in = n.in_data<float>(0);
  T* out = n.out_data<T>(0);
  const Quantization& q = n.out(0).quant;
  const int32_t zero = q.zero_point();
  const float inverse = 1.0f / q.scale();
  const Range<int32_t> range = integer_range(n.out(0).type);
  const Range<int32_t> around{range.low - zero, range.high - zero};
  for_elements(n.pool(), n.out(0).shape.elements(), [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) out[i] = T(round_even(in[i] * inverse, around) + zero);
  });
}

void to_4_bits(Run& n) {
  const Tensor& t = n.out(0);
  const float* in = n.in_data<float>(0);
  uint8_t* out = n.out_data<uint8_t>(0);
  const Range<int32_t> range = t.type == Type::u4 ? Range<int32_t>{0, 15} : Range<int32_t>{-8, 7};
  const int64_t count = t.shape.elements();
  for (int64_t i = 0; i < count; ++i) {
    const int32_t q = rounded_quotient(in[i], t.quant.scale()) + t.quant.zero_point();
    pack_bits(out, i, 4, range.clamp(q));
  }
}

Status run_f32(const NoParams&, State&, Run& n) {
  const bool once = rounds_once(n) && n.out(0).quant.scales.size() == 1;
  switch (n.out(0).type) {
    case Type::i8:
      once ? to_bytes_once<int8_t>(n) : to_whole<int8_t>(n);
      break;
    case Type::u8:
      once ? to_bytes_once<uint8_t>(n) : to_whole<uint8_t>(n);
      break;
    case Type::i16:
      to_whole<int16_t>(n);
      break;
    default:
      to_4_bits(n);
      break;
  }
  return ok();
}

template <class In, class Out>
void requantize(const State& s, Run& n) {
  unary<In, Out>(n, [&s](In q) { return Out(s.apply(q)); });
}

template <class In>
Status run_integer(const NoParams&, State& s, Run& n) {
  switch (n.out(0).type) {
    case Type::i16:
      requantize<In, int16_t>(s, n);
      break;
    case Type::i32:
      requantize<In, int32_t>(s, n);
      break;
    default:
      if constexpr (sizeof(In) == 1)
        run_bytes(s, n);
      else
        requantize<In, int8_t>(s, n);
  }
  return ok();
}

template <auto run>
constexpr auto kernel = bind<NoParams, State, run>;

}  // namespace

extern constinit const OpDef quantize = define_op<NoParams, State, parse_none, infer, prepare>(
    {.name = "QUANTIZE", .code = 114, .versions = {1, 6}, .in_place = 1},
    {{Type::f32, kernel<run_f32>},
     {Type::i8, kernel<run_integer<int8_t>>},
     {Type::u8, kernel<run_integer<uint8_t>>},
     {Type::i16, kernel<run_integer<int16_t>>},
     {Type::i32, kernel<run_integer<int32_t>>}});

}  // namespace samara::ops

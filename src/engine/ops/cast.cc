// CAST: values to another type. Builtin 53, versions 1 to 9. Floats become integers by cutting and
// saturate, NaN becomes the highest value; integers wrap; of complex numbers the real part is
// taken; what is not zero is true. Input of 8-bit floats comes as float32 (graph/stand_ins.h).
// Rules from: LiteRT tflite/kernels/cast.cc.
#include <cmath>
#include <complex>
#include <limits>
#include <type_traits>

#include "engine/kernels/half/float8.h"
#include "engine/ops/shared/packed_bits.h"
#include "engine/ops/shared/unary.h"

namespace samara::ops {
namespace {

using kernels::BFloat16;
using kernels::Float8E4M3;
using kernels::Float8E5M2;
using kernels::Half;
using Complex = std::complex<float>;

/// Bools are read and written as bytes.
struct Bool {
  uint8_t value;
};

template <class T>
constexpr bool kIsNarrow = std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>;
template <class T>
constexpr bool kIsFloat = std::is_floating_point_v<T> || kIsNarrow<T>;

/// Cut toward zero, saturated; NaN as the highest value.
template <class To, class From>
To cut(From x) {
  using Limits = std::numeric_limits<To>;
  // 2^k is exact in any float type, the integer's highest value may not be.
  const From beyond = From(std::ldexp(1.0, Limits::digits));
  if (!(x < beyond)) return Limits::max();
  if (x <= From(Limits::lowest())) return Limits::lowest();
  return To(x);
}

template <class To, class From>
To convert(From x) {
  if constexpr (std::is_same_v<From, Complex>) {
    if constexpr (std::is_same_v<To, Complex>)
      return x;
    else
      return convert<To>(x.real());
  } else if constexpr (std::is_same_v<From, Bool>) {
    return convert<To>(uint8_t(x.value != 0));
  } else if constexpr (kIsNarrow<From>) {
    return convert<To>(float(x));
  } else if constexpr (std::is_same_v<To, Bool>) {
    return Bool{uint8_t(x != 0)};
  } else if constexpr (std::is_same_v<To, Complex>) {
    return Complex(float(x), 0);
  } else if constexpr (std::is_integral_v<To> && kIsFloat<From>) {
    return cut<To>(x);
  } else if constexpr (std::is_integral_v<To>) {
    return To(x);
  } else if constexpr (std::is_floating_point_v<To>) {
    return To(x);
  } else {
    return To(float(x));
  }
}

constexpr std::initializer_list<Type> kWhole{Type::f32, Type::f16,      Type::bf16,  Type::f64,
                                             Type::i8,  Type::u8,       Type::i16,   Type::u16,
                                             Type::i32, Type::u32,      Type::i64,   Type::boolean,
                                             Type::c64, Type::f8e4m3fn, Type::f8e5m2};
constexpr std::initializer_list<Type> kWholeAndPacked{
    Type::f32, Type::f16, Type::bf16, Type::f64, Type::i8,       Type::u8,
    Type::i16, Type::u16, Type::i32,  Type::u32, Type::i64,      Type::boolean,
    Type::c64, Type::i4,  Type::u4,   Type::i2,  Type::f8e4m3fn, Type::f8e5m2};

Status infer(const NoParams&, Infer& n) {
  TRY(infer_same_shape(n));
  const Type in = n.in(0).type;
  if (bits(in) == 2 || bits(in) == 4) return n.has_type(n.out(0), {Type::f32});
  return n.has_type(n.out(0), in == Type::f32 ? kWholeAndPacked : kWhole);
}

template <class From, class To>
Status cast_to(Run& n) {
  unary<From, To>(n, convert<To, From>);
  return ok();
}

/// To either of them, by one loop: they are rare.
template <class From>
Status cast_to_float8(Run& n) {
  const bool wide = n.out(0).type == Type::f8e5m2;
  unary<From, uint8_t>(n, [wide](From x) {
    const auto value = convert<float, From>(x);
    return wide ? Float8E5M2(value).bits : Float8E4M3(value).bits;
  });
  return ok();
}

Status cast_to_packed(Run& n) {
  const Type type = n.out(0).type;
  const int width = bits(type);
  const float low = type == Type::u4 ? 0 : -float(1 << (width - 1));
  const float high = type == Type::u4 ? 15 : float((1 << (width - 1)) - 1);
  const float* in = n.in_data<float>(0);
  uint8_t* out = n.out_data<uint8_t>(0);
  const int64_t count = n.in(0).shape.elements();
  for (int64_t i = 0; i < count; ++i) {
    const float x = std::isnan(in[i]) ? high : std::max(low, std::min(high, in[i]));
    pack_bits(out, i, width, int32_t(x));
  }
  return ok();
}

template <class From>
Status run(const NoParams&, Run& n) {
  switch (n.out(0).type) {
    case Type::f32:
      return cast_to<From, float>(n);
    case Type::f16:
      return cast_to<From, Half>(n);
    case Type::bf16:
      return cast_to<From, BFloat16>(n);
    case Type::f64:
      return cast_to<From, double>(n);
    case Type::i8:
      return cast_to<From, int8_t>(n);
    case Type::u8:
      return cast_to<From, uint8_t>(n);
    case Type::i16:
      return cast_to<From, int16_t>(n);
    case Type::u16:
      return cast_to<From, uint16_t>(n);
    case Type::i32:
      return cast_to<From, int32_t>(n);
    case Type::u32:
      return cast_to<From, uint32_t>(n);
    case Type::i64:
      return cast_to<From, int64_t>(n);
    case Type::boolean:
      return cast_to<From, Bool>(n);
    case Type::c64:
      return cast_to<From, Complex>(n);
    case Type::f8e4m3fn:
    case Type::f8e5m2:
      return cast_to_float8<From>(n);
    default:
      return cast_to_packed(n);  // infer allows it for float alone
  }
}

template <int width, bool is_unsigned>
Status run_packed(const NoParams&, Run& n) {
  const uint8_t* in = n.in_data<uint8_t>(0);
  float* out = n.out_data<float>(0);
  for_elements(n.pool(), n.in(0).shape.elements(), [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      out[i] = float(unpack_bits(in, i, width, is_unsigned));
    }
  });
  return ok();
}

}  // namespace

extern constinit const OpDef cast = define_op<NoParams, parse_none, infer>(
    {.name = "CAST", .code = 53, .versions = {1, 9}, .in_place = 1},
    {{Type::f32, bind<NoParams, run<float>>},
     {Type::f16, bind<NoParams, run<Half>>},
     {Type::bf16, bind<NoParams, run<BFloat16>>},
     {Type::f64, bind<NoParams, run<double>>},
     {Type::i8, bind<NoParams, run<int8_t>>},
     {Type::u8, bind<NoParams, run<uint8_t>>},
     {Type::i16, bind<NoParams, run<int16_t>>},
     {Type::u16, bind<NoParams, run<uint16_t>>},
     {Type::i32, bind<NoParams, run<int32_t>>},
     {Type::u32, bind<NoParams, run<uint32_t>>},
     {Type::i64, bind<NoParams, run<int64_t>>},
     {Type::boolean, bind<NoParams, run<Bool>>},
     {Type::c64, bind<NoParams, run<Complex>>},
     {Type::i4, bind<NoParams, run_packed<4, false>>},
     {Type::u4, bind<NoParams, run_packed<4, true>>},
     {Type::i2, bind<NoParams, run_packed<2, false>>}});

}  // namespace samara::ops

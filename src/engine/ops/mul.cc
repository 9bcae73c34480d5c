// MUL: in 0 * in 1 with broadcasting and a fused activation. Builtin 18, versions 1 to 8.
// Quantized: one rescaling of the 32-bit product.
// Rules from: LiteRT tflite/kernels/mul.cc, internal/reference/mul.h.
#include <algorithm>
#include <array>
#include <complex>
#include <functional>

#include "engine/ops/shared/arithmetic.h"
#include "engine/ops/shared/rescale_bytes.h"
#include "engine/ops/shared/rounded_once.h"

namespace samara::ops {
namespace {

using kernels::Half;

struct Product : Fixed {
  bool once = false;  // the xnnpack profile's rounding of 8-bit products
  float once_scale = 0;
};

Status infer(const ArithmeticParams& p, Infer& n) {
  TRY(n.arity(2, 1));
  if (n.in(0).type == Type::c64 && p.activation != fb::ActivationFunctionType_NONE) {
    return Error(Code::invalid_model, "complex numbers take no fused activation");
  }
  // Products of 16-bit values may be written as 8-bit ones.
  if (n.in(0).type == Type::i16 && is_8bit(n.out(0).type)) {
    TRY(infer_binary_shape(n));
    return n.quantized(n.out(0));
  }
  return infer_arithmetic(p, n);
}

Status prepare(const ArithmeticParams& p, Product& s, Prepare& n) {
  if (!is_quantized(n.out(0))) return ok();
  TRY_SET(static_cast<Fixed&>(s), prepare_fixed(n, p.activation));
  // In float, as the reference: the last bit of the multiplier depends on it.
  const float factor = n.in(0).quant.scale() * n.in(1).quant.scale() / n.out(0).quant.scale();
  s.out = kernels::quantize_multiplier(factor);
  s.once = rounds_once(n) && is_8bit(n.in(0).type) && factor >= 0x1p-16f && factor < 256.0f;
  s.once_scale = factor;
  if (s.once) s.range = range_once(p.activation, n.out(0));
  return ok();
}

/// A row of bytes, or one byte for all (step 0), in blocks.
class Bytes {
 public:
  Bytes(const uint8_t* at, size_t step) : at_(at), step_(step) {
    if (step == 0) all_.fill(*at);
  }
  const uint8_t* from(size_t first) const { return step_ ? at_ + first : all_.data(); }

 private:
  const uint8_t* at_;
  size_t step_;
  std::array<uint8_t, kRescaleBlock> all_;
};

template <bool is_unsigned>
Status run_product_8bit(const ArithmeticParams&, Product& s, Run& n) {
  binary_rows<uint8_t, uint8_t, uint8_t>(n, [&s](const uint8_t* a, size_t a_step, const uint8_t* b,
                                                 size_t b_step, uint8_t* out, size_t count) {
    if (count == 0) return;
    const Bytes x(a, a_step), y(b, b_step);
    const kernels::RequantRows& rows = *kernels::requant_rows().kernels;
    if (s.once && rows.multiply8) {
      const kernels::ProductOfTwo product{.zero = {s.zero[0], s.zero[1]},
                                          .scale = s.once_scale,
                                          .out_zero = s.out_zero,
                                          .low = s.range.low,
                                          .high = s.range.high,
                                          .is_unsigned = is_unsigned};
      const size_t most = a_step && b_step ? count : kRescaleBlock;
      for (size_t i = 0; i < count; i += most)
        rows.multiply8(product, x.from(i), y.from(i), out + i, std::min(most, count - i));
      return;
    }
    const auto products = rows.products8;
    const auto fill = [&](int32_t* to, size_t first, size_t some) {
      products(x.from(first), s.zero[0], y.from(first), s.zero[1], is_unsigned, to, some);
    };
    if (s.once) {
      rescale_bytes(count, s.once_scale, s.out_zero, s.range, out, fill);
    } else {
      rescale_bytes(count, s.out, s.out_zero, s.range, out, fill);
    }
  });
  return ok();
}

/// 16-bit fractions to 8 bits: the product's upper 16 bits, then 8 of those, both rounded.
template <class Out>
void run_i16_to_8(const Product& s, Run& n) {
  binary<int16_t, int16_t, Out>(n, [s](int16_t a, int16_t b) {
    const bool overflow = a == b && a == -32768;
    const int32_t nudged = int32_t{a} * b + (a * b >= 0 ? 1 << 14 : 1 - (1 << 14));
    const int32_t fraction = overflow ? 32767 : nudged / (1 << 15);
    return Out(s.range.clamp(kernels::rounding_shift_right(fraction, 8), s.out_zero));
  });
}

Status run_i16(const ArithmeticParams& p, Product& s, Run& n) {
  const Type out = n.out(0).type;
  if (out == Type::i8) {
    run_i16_to_8<int8_t>(s, n);
  } else if (out == Type::u8) {
    run_i16_to_8<uint8_t>(s, n);
  } else if (is_quantized(n.out(0))) {
    binary<int16_t, int16_t, int16_t>(n, [s](int16_t a, int16_t b) {
      return int16_t(s.range.clamp(kernels::rescale(int32_t{a} * b, s.out)));
    });
  } else {
    return run_plain<int16_t, std::multiplies<>>(p, s, n);
  }
  return ok();
}

Status run_c64(const ArithmeticParams&, Product&, Run& n) {
  using C = std::complex<float>;
  binary<C, C, C>(n, [](C a, C b) {
    return C(a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real());
  });
  return ok();
}

template <auto run>
constexpr auto kernel = bind<ArithmeticParams, Product, run>;

}  // namespace

extern constinit const OpDef mul =
    define_op<ArithmeticParams, Product, parse_arithmetic<fb::MulOptions>, infer, prepare>(
        {.name = "MUL", .code = 18, .versions = {1, 8}, .in_place = 0b11},
        {{Type::f32, float_kernel<&kernels::ElementwiseF32::mul, Product>},
         {Type::f16, plain_kernel<Half, std::multiplies<>, Product>},
         {Type::i32, plain_kernel<int32_t, std::multiplies<>, Product>},
         {Type::u32, plain_kernel<uint32_t, std::multiplies<>, Product>},
         {Type::i64, plain_kernel<int64_t, std::multiplies<>, Product>},
         {Type::c64, kernel<run_c64>},
         {Type::i8, kernel<run_product_8bit<false>>},
         {Type::u8, kernel<run_product_8bit<true>>},
         {Type::i16, kernel<run_i16>}});

}  // namespace samara::ops

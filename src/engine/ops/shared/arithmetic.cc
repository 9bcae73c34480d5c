#include "engine/ops/shared/arithmetic.h"

#include <algorithm>
#include <cmath>

#include "engine/kernels/requant/requant_kernels.h"
#include "engine/ops/shared/rescale_bytes.h"
#include "engine/ops/shared/rounded_once.h"

namespace samara::ops {
namespace {

/// The 16-bit form for power-of-two scales: one input has the output's scale, the other is at most
/// as coarse. False where the scales are not such; then the general form applies.
Result<bool> prepare_pot(Fixed& s, const Operands& n) {
  int in[2], out = 0;
  const bool pot = power_of_two(n.in(0).quant.scale(), in[0]) &&
                   power_of_two(n.in(1).quant.scale(), in[1]) &&
                   power_of_two(n.out(0).quant.scale(), out);
  if (!pot) return false;
  for (int i = 0; i < 2; ++i) s.in[i].shift = std::max(in[i] - out, -31);
  if ((s.in[0].shift != 0 && s.in[1].shift != 0) || s.in[0].shift > 0 || s.in[1].shift > 0) {
    return Error(Code::invalid_model,
                 "power-of-two 16-bit scales: one input must have the output's scale, the other "
                 "must not be coarser");
  }
  return true;
}

/// XNNPACK's form of an 8-bit sum, where it has one: factors of at least 20 bits, ties up.
bool prepare_once(Sum& s, const Operands& n, Activation activation, int sign) {
  if (!rounds_once(n) || n.in(0).type == Type::i16) return false;
  const float ratio[2] = {scale_ratio(n.in(0), n.out(0)), scale_ratio(n.in(1), n.out(0))};
  for (const float r : ratio)
    if (!(r >= 0x1p-10f && r < 256.0f)) return false;
  s.once = true;
  s.range = range_once(activation, n.out(0));
  const int shift = 20 - std::ilogb(std::max(ratio[0], ratio[1]));
  s.sum = {.start = 1 << (shift - 1), .shift = shift, .zero = s.out_zero};
  for (int i = 0; i < 2; ++i) {
    s.sum.factor[i] = (i == 0 ? 1 : sign) * int32_t(std::lrint(std::ldexp(ratio[i], shift)));
    s.sum.start -= s.sum.factor[i] * s.zero[i];
  }
  s.sum.low = s.range.low;
  s.sum.high = s.range.high;
  s.sum.is_unsigned = n.in(0).type == Type::u8;
  return true;
}

/// A row of bytes, or one byte for all (step 0).
struct Bytes {
  const uint8_t* at = nullptr;
  size_t step = 0;
};
void add_once(const kernels::SumOfTwo& sum, const Bytes& a, const Bytes& b, uint8_t* out,
              size_t count) {
  constexpr size_t kPart = 256;  // of a repeated byte, written out
  const kernels::RequantRows& rows = *kernels::requant_rows().kernels;
  if ((a.step && b.step) || count == 0) return rows.add8(sum, a.at, b.at, out, count);
  std::array<uint8_t, kPart> all_a, all_b;
  all_a.fill(*a.at);
  all_b.fill(*b.at);
  for (size_t i = 0; i < count; i += kPart) {
    const size_t part = std::min(kPart, count - i);
    rows.add8(sum, a.step ? a.at + i : all_a.data(), b.step ? b.at + i : all_b.data(), out + i,
              part);
  }
}

}  // namespace

Status infer_arithmetic(const ArithmeticParams&, Infer& n) {
  TRY(infer_binary_shape(n));
  TRY(n.same_type(n.in(0), n.out(0)));
  if (!is_quantized(n.in(0))) return ok();
  for (const Tensor* t : {&n.in(0), &n.in(1), &n.out(0)}) {
    TRY(n.quantized(*t));
    if (t->type == Type::i16 && t->quant.zero_point() != 0) {
      return Error(Code::invalid_model,
                   cat("tensor '", t->name, "': a 16-bit zero point must be 0, not ",
                       t->quant.zero_point()));
    }
  }
  return ok();
}

Result<Fixed> prepare_fixed(const Operands& n, Activation activation) {
  Fixed s;
  s.zero[0] = n.in(0).quant.zero_point();
  s.zero[1] = n.in(1).quant.zero_point();
  s.out_zero = n.out(0).quant.zero_point();
  TRY_SET(s.range, quantized_activation_range(activation, n.out(0)));
  return s;
}

Status prepare_sum(const ArithmeticParams& p, Sum& s, Prepare& n, int sign) {
  if (!is_quantized(n.in(0))) return ok();
  TRY_SET(static_cast<Fixed&>(s), prepare_fixed(n, p.activation));
  if (prepare_once(s, n, p.activation, sign)) return ok();
  const Type type = n.in(0).type;
  if (type == Type::i16 && p.pot_scale_int16) {
    TRY_SET(const bool pot, prepare_pot(s, n));
    if (pot) return ok();
  }
  s.left_shift = type == Type::i16 ? 15 : 20;
  const double twice_max = 2.0 * std::max(n.in(0).quant.scale(), n.in(1).quant.scale());
  for (int i = 0; i < 2; ++i) {
    s.in[i] = kernels::quantize_multiplier(n.in(i).quant.scale() / twice_max);
  }
  s.out = kernels::quantize_multiplier(
      twice_max / (double(1 << s.left_shift) * double(n.out(0).quant.scale())));
  if (type == Type::i16) return ok();
  const Range<int32_t> range = integer_range(type);
  for (int32_t q = range.low; q <= range.high; ++q) {
    s.rescaled[0][uint8_t(q)] = rescaled_operand(q, s, 0);
    s.rescaled[1][uint8_t(q)] = sign * rescaled_operand(q, s, 1);
  }
  return ok();
}

Status run_sum_8bit(const ArithmeticParams&, Sum& s, Run& n) {
  if (s.out.shift > 0) {
    binary<uint8_t, uint8_t, uint8_t>(n, [&s](uint8_t a, uint8_t b) {
      const int32_t sum = s.rescaled[0][a] + s.rescaled[1][b];
      return uint8_t(s.range.clamp(saturating_rescale(sum, s.out), s.out_zero));
    });
    return ok();
  }
  binary_rows<uint8_t, uint8_t, uint8_t>(n, [&s](const uint8_t* a, size_t a_step, const uint8_t* b,
                                                 size_t b_step, uint8_t* out, size_t count) {
    if (s.once) return add_once(s.sum, {a, a_step}, {b, b_step}, out, count);
    const auto fill = [=, &s](int32_t* sums, size_t first, size_t some) {
      const int32_t* const left = s.rescaled[0].data();
      const int32_t* const right = s.rescaled[1].data();
      const uint8_t* const x = a + first * a_step;
      const uint8_t* const y = b + first * b_step;
      for (size_t i = 0; i < some; ++i) sums[i] = left[x[i * a_step]] + right[y[i * b_step]];
    };
    rescale_bytes(count, s.out, s.out_zero, s.range, out, fill);
  });
  return ok();
}

}  // namespace samara::ops

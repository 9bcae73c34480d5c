// Epilogues of integer operators: blocks of 32-bit sums to quantized or float results. Exact: each
// variant gives the bits of the portable one.
#pragma once

#include <cstddef>
#include <cstdint>

namespace samara::kernels {

/// A block of sums, and what all epilogues do with them: `row_add` (one a row, or null) is added.
struct SumBlock {
  const int32_t* sums = nullptr;
  ptrdiff_t stride = 0;  // elements from row to row
  int rows = 0, n = 0;
  const int32_t* row_add = nullptr;
  int32_t zero = 0, low = 0, high = 0;  // of the output; low and high include the zero point
  bool small = false;  // all sums, with row_add, are below 2^30: fewer steps cannot overflow
};

/// Bytes that a product's kernel makes of its sums itself, as once8 does or, where `scale` is null,
/// as twice8. Sums are below 2^30, scales at most 1, shifts to the right by 1 to 20.
struct ByteResult {
  const float* scale = nullptr;
  const int32_t* multiplier = nullptr;
  const int32_t* shift = nullptr;
  int32_t zero = 0, low = 0, high = 0;
  uint8_t* out = nullptr;
  ptrdiff_t stride = 0;  // bytes from row to row

  [[gnu::always_inline]] ByteResult from(ptrdiff_t row, ptrdiff_t channel) const {
    ByteResult b = *this;
    if (scale) b.scale += channel;
    if (multiplier) b.multiplier += channel, b.shift += channel;
    b.out += row * stride + channel;
    return b;
  }
};

/// What a row of floats was quantized with: value = scale * (q - zero).
struct RowQuant {
  float scale = 1;
  int32_t zero = 0;
};

/// Floats that a product's kernel makes of its sums itself, as hybrid_fused does.
struct FloatResult {
  const RowQuant* rows = nullptr;
  int rows_step = 1;  // 0: one for all rows
  int32_t shift = 0;  // added to their zeros
  const int32_t* weight_sums = nullptr;
  const float* scale = nullptr;
  const float* bias = nullptr;  // or null
  float low = 0, high = 0;
  float* out = nullptr;
  ptrdiff_t stride = 0;

  [[gnu::always_inline]] FloatResult from(ptrdiff_t row, ptrdiff_t channel) const {
    FloatResult f = *this;
    f.rows += row * rows_step;
    f.weight_sums += channel;
    f.scale += channel;
    if (bias) f.bias += channel;
    f.out += row * stride + channel;
    return f;
  }
};

/// 64-bit sums of 16-bit operators. The bias is one of the two, or neither.
struct WideBlock {
  const int64_t* sums = nullptr;
  ptrdiff_t stride = 0;
  int rows = 0, n = 0;
  const int64_t* bias = nullptr;
  const int32_t* bias32 = nullptr;
  bool wrap32 = false;  // the sum with its bias is cut to 32 bits, as operators with i32 bias do
  int32_t low = 0, high = 0;
};

/// out = ((factor[0] * a + factor[1] * b + start) >> shift) + zero, clamped; nothing overflows.
struct SumOfTwo {
  int32_t factor[2] = {}, start = 0;
  int shift = 0;
  int32_t zero = 0, low = 0, high = 0;
  bool is_unsigned = false;  // the bytes of a, b and out
};

/// out = (a - zero[0]) * (b - zero[1]) * scale in float, rounded to even, plus the output's zero,
/// clamped; below 2^31.
struct ProductOfTwo {
  int32_t zero[2] = {};
  float scale = 0;
  int32_t out_zero = 0, low = 0, high = 0;
  bool is_unsigned = false;
};

struct RequantRows {
  /// sums * multiplier * 2^(shift - 31), rounded twice (requant.h: rescale), to bytes.
  void (*twice8)(const SumBlock&, const int32_t* multiplier, const int32_t* shift, uint8_t* out,
                 ptrdiff_t out_stride) = nullptr;
  /// sums * scale in double, rounded half away from zero, to bytes.
  void (*real8)(const SumBlock&, const double* scale, uint8_t* out, ptrdiff_t out_stride) = nullptr;
  /// float(sums) * scale in float, clamped, rounded to even, to bytes.
  void (*once8)(const SumBlock&, const float* scale, uint8_t* out, ptrdiff_t out_stride) = nullptr;
  /// float(sums - left_zero[row] * weight_sums) * (row_scale[row] * scale) + bias, clamped; bias
  /// and weight_sums may be null for zeros.
  void (*hybrid)(const SumBlock&, const int32_t* left_zero, const int32_t* weight_sums,
                 const float* row_scale, const float* scale, const float* bias, float low,
                 float high, float* out, ptrdiff_t out_stride) = nullptr;
  /// As hybrid, but float(...) * row_scale first, then times scale and plus bias in one rounding.
  void (*hybrid_fused)(const SumBlock&, const int32_t* left_zero, const int32_t* weight_sums,
                       const float* row_scale, const float* scale, const float* bias, float low,
                       float high, float* out, ptrdiff_t out_stride) = nullptr;
  /// Rounded once, with 16 bits of the multiplier (rescale64); with wrap32 twice (rescale).
  void (*wide16)(const WideBlock&, const int32_t* multiplier, const int32_t* shift, int16_t* out,
                 ptrdiff_t out_stride) = nullptr;
  /// to[i] = from[i], or with `add` to[i] += from[i].
  void (*widen)(int64_t* to, const int32_t* from, size_t n, bool add) = nullptr;
  /// to[i] += from[i] * multiplier * 2^(shift - 31), rounded twice; saturates. multiplier >= 0.
  void (*gather16)(const int32_t* from, int32_t multiplier, int shift, int16_t* to,
                   size_t n) = nullptr;
  void (*add8)(const SumOfTwo&, const uint8_t* a, const uint8_t* b, uint8_t* out,
               size_t n) = nullptr;
  /// out[i] = (a[i] - a_zero) * (b[i] - b_zero).
  void (*products8)(const uint8_t* a, int32_t a_zero, const uint8_t* b, int32_t b_zero,
                    bool is_unsigned, int32_t* out, size_t n) = nullptr;
  /// sums[i] += in[row * stride + i] for all rows.
  void (*accumulate8)(const uint8_t* in, ptrdiff_t stride, size_t rows, bool is_unsigned,
                      int32_t* sums, size_t n) = nullptr;
  /// out[i] = table[in[i]] of 256; out may be in.
  void (*lookup8)(const uint8_t* table, const uint8_t* in, uint8_t* out, size_t n) = nullptr;
  /// Null where products8 and once8 are as good.
  void (*multiply8)(const ProductOfTwo&, const uint8_t* a, const uint8_t* b, uint8_t* out,
                    size_t n) = nullptr;
};

#define SAMARA_VARIANT(object, isa) extern const RequantRows object;
#include "engine/kernels/requant/variants.inc"
#undef SAMARA_VARIANT

}  // namespace samara::kernels

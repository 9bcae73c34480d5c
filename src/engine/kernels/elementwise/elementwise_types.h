// What an ISA file of this family fills in. Included by ISA files, so nothing of std:: here.
#pragma once

#include <cstddef>
#include <cstdint>

namespace samara::kernels {

/// out[i] = f(in[i]). in may be out.
using UnaryF32 = void (*)(const float* in, float* out, size_t n);

/// out[i] = clamp(f(a[i * a_step], b[i * b_step]), lo, hi), each step 0 (one value for all) or 1.
/// lo = -infinity and hi = infinity change nothing; a NaN stays one. out may be a or b.
using BinaryF32 = void (*)(const float* a, size_t a_step, const float* b, size_t b_step, float* out,
                           size_t n, float lo, float hi);

/// One number from n > 0 values.
using ReduceF32 = float (*)(const float* in, size_t n);

struct ElementwiseF32 {
  // Within 2 ulp of the exact value, subnormal results too; infinities and NaN as in <cmath>. All
  // functions give the same bits on every instruction set.
  UnaryF32 exp, log, tanh, logistic;
  UnaryF32 abs, neg, square, sqrt, rsqrt, relu, hard_swish;
  BinaryF32 add, sub, mul, div, maximum, minimum, squared_difference;
  /// a < 0 ? a * b : a.
  BinaryF32 prelu;
  void (*clamp)(const float* in, float* out, size_t n, float lo, float hi);
  /// in < 0 ? in * alpha : in.
  void (*leaky_relu)(const float* in, float* out, size_t n, float alpha);
  /// out = exp((in - max) * beta) / sum of those; n > 0.
  void (*softmax)(const float* in, float* out, size_t n, float beta);
  /// out = in - max - log(sum of exp(in - max)); n > 0.
  void (*log_softmax)(const float* in, float* out, size_t n);
  /// Sums go by 32 lanes, in an order that depends on n alone.
  ReduceF32 sum, sum_of_squares;
  /// A NaN among the values may or may not be the result.
  ReduceF32 max, min;
  /// acc[i] += in[i]: reduces rows.
  void (*accumulate)(const float* in, float* acc, size_t n);
  void (*from_f16)(const uint16_t* in, float* out, size_t n);
};

#define SAMARA_VARIANT(object, isa) extern const ElementwiseF32 object;
#include "engine/kernels/elementwise/variants.inc"
#undef SAMARA_VARIANT

}  // namespace samara::kernels

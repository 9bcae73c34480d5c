// The family's loops, once; each including file gives SAMARA_BODY, the name of its table.
#include "engine/kernels/elementwise/elementwise_types.h"
#include "engine/kernels/simd/math.h"
#include "engine/kernels/simd/vec.h"

namespace samara::kernels {
namespace {

template <class Function>
SAMARA_SIMD void map(const float* in, float* out, size_t n, Function f) {
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) store(out + i, f(load(in + i)));
  if (i < n) store_some(out + i, f(load_some(in + i, n - i)), n - i);
}

/// Calls f(a, b) over lanes; a step of 0 repeats the first value.
template <class Function>
SAMARA_SIMD void zip(const float* a, size_t a_step, const float* b, size_t b_step, float* out,
                     size_t n, Function f) {
  if (n == 0) return;
  const F a0 = all(a[0]), b0 = all(b[0]);
  if (!a_step) return map(b, out, n, [&](F v) { return f(a0, b_step ? v : b0); });
  if (!b_step) return map(a, out, n, [&](F v) { return f(v, b0); });
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) store(out + i, f(load(a + i), load(b + i)));
  if (i < n) store_some(out + i, f(load_some(a + i, n - i), load_some(b + i, n - i)), n - i);
}

SAMARA_SIMD F clamped(F v, F lo, F hi) { return smaller(hi, larger(lo, v)); }

#define SAMARA_UNARY(name, expression)                     \
  void name##_f32(const float* in, float* out, size_t n) { \
    map(in, out, n, [](F x) { return expression; });       \
  }
SAMARA_UNARY(exp, exp(x))
SAMARA_UNARY(log, log(x))
SAMARA_UNARY(tanh, tanh(x))
SAMARA_UNARY(logistic, logistic(x))
SAMARA_UNARY(abs, bits(bits(x) & INT32_MAX))
SAMARA_UNARY(neg, bits(bits(x) ^ INT32_MIN))
SAMARA_UNARY(square, x* x)
SAMARA_UNARY(sqrt, square_root(x))
SAMARA_UNARY(rsqrt, all(1.0f) / square_root(x))
SAMARA_UNARY(relu, larger(F{}, x))
SAMARA_UNARY(hard_swish, x* smaller(all(6.0f), larger(F{}, x + 3.0f)) / 6.0f)
#undef SAMARA_UNARY

#define SAMARA_BINARY(name, expression)                                                          \
  void name##_f32(const float* a, size_t a_step, const float* b, size_t b_step, float* out,      \
                  size_t n, float lo, float hi) {                                                \
    const F low = all(lo), high = all(hi);                                                       \
    zip(a, a_step, b, b_step, out, n, [=](F x, F y) { return clamped(expression, low, high); }); \
  }
SAMARA_BINARY(add, x + y)
SAMARA_BINARY(sub, x - y)
SAMARA_BINARY(mul, x* y)
SAMARA_BINARY(div, x / y)
// As std::max(x, y) and std::min(x, y): x where either is a NaN.
SAMARA_BINARY(maximum, larger(y, x))
SAMARA_BINARY(minimum, smaller(y, x))
SAMARA_BINARY(squared_difference, (x - y) * (x - y))
SAMARA_BINARY(prelu, choose(x < 0.0f, x * y, x))
#undef SAMARA_BINARY

void clamp_f32(const float* in, float* out, size_t n, float lo, float hi) {
  const F low = all(lo), high = all(hi);
  map(in, out, n, [=](F x) { return clamped(x, low, high); });
}

void leaky_relu_f32(const float* in, float* out, size_t n, float alpha) {
  map(in, out, n, [=](F x) { return choose(x < 0.0f, x * alpha, x); });
}

// Reductions go by 32 lanes on every instruction set, so that all give the same bits: element i
// belongs to lane i % 32, and at the end the upper half of the lanes is joined to the lower, and so
// on.
constexpr size_t kReduceLanes = 32, kParts = kReduceLanes / kLanes;

template <class Step, class Join>
SAMARA_SIMD float reduce(const float* in, size_t n, float start, Step step, Join join) {
  F acc[kParts];
  for (size_t p = 0; p < kParts; ++p) acc[p] = all(start);
  size_t i = 0;
  for (; i + kReduceLanes <= n; i += kReduceLanes)
#pragma GCC unroll 8
    for (size_t p = 0; p < kParts; ++p) acc[p] = step(acc[p], load(in + i + p * kLanes));
  float lanes[kReduceLanes];
  for (size_t p = 0; p < kParts; ++p) store(lanes + p * kLanes, acc[p]);
  for (size_t j = 0; i < n; ++i, ++j) lanes[j] = step(lanes[j], in[i]);
  for (size_t half = kReduceLanes / 2; half > 0; half /= 2)
    for (size_t j = 0; j < half; ++j) lanes[j] = join(lanes[j], lanes[j + half]);
  return lanes[0];
}

constexpr auto plus = [](auto a, auto b) { return a + b; };
constexpr auto plus_square = [](auto acc, auto x) { return acc + x * x; };
SAMARA_SIMD float larger(float a, float b) { return a > b ? a : b; }
SAMARA_SIMD float smaller(float a, float b) { return a < b ? a : b; }
constexpr auto greater = [](auto a, auto b) { return larger(a, b); };
constexpr auto lesser = [](auto a, auto b) { return smaller(a, b); };

float sum_f32(const float* in, size_t n) { return reduce(in, n, 0, plus, plus); }
float sum_of_squares_f32(const float* in, size_t n) { return reduce(in, n, 0, plus_square, plus); }
float max_f32(const float* in, size_t n) { return reduce(in, n, in[0], greater, greater); }
float min_f32(const float* in, size_t n) { return reduce(in, n, in[0], lesser, lesser); }

void softmax_f32(const float* in, float* out, size_t n, float beta) {
  const F top = all(max_f32(in, n)), scale = all(beta);
  map(in, out, n, [=](F x) { return exp((x - top) * scale); });
  const F total = all(sum_f32(out, n));
  map(out, out, n, [=](F x) { return x / total; });
}

void log_softmax_f32(const float* in, float* out, size_t n) {
  const F top = all(max_f32(in, n));
  map(in, out, n, [=](F x) { return exp(x - top); });
  const F less = log(all(sum_f32(out, n)));
  map(in, out, n, [=](F x) { return x - top - less; });
}

void accumulate_f32(const float* in, float* acc, size_t n) {
  zip(acc, 1, in, 1, acc, n, [](F a, F x) { return a + x; });
}

/// The bits of a half, moved to a float's place, are the value times 2^-112 (2^-127 + 2^-15),
/// subnormals included; only infinity and NaN need their exponent put right.
void from_f16_f32(const uint16_t* in, float* out, size_t n) {
  for (size_t i = 0; i < n; i += kLanes) {
    const size_t some = n - i < kLanes ? n - i : kLanes;
    int32_t raw[kLanes] = {};
    for (size_t j = 0; j < some; ++j) raw[j] = in[i + j];
    I h;
    __builtin_memcpy(&h, raw, sizeof h);
    const I magnitude = (h & 0x7fff) << 13, special = magnitude >= 0x7c00 << 13;
    const F value = bits(magnitude) * 0x1p112f;
    const I whole = (special & (magnitude | 0x7f800000)) | (~special & bits(value));
    const F result = bits(whole | (h & 0x8000) << 16);
    if (some == kLanes)
      store(out + i, result);
    else
      store_some(out + i, result, some);
  }
}

}  // namespace

constinit const ElementwiseF32 SAMARA_BODY = {
    .exp = exp_f32,
    .log = log_f32,
    .tanh = tanh_f32,
    .logistic = logistic_f32,
    .abs = abs_f32,
    .neg = neg_f32,
    .square = square_f32,
    .sqrt = sqrt_f32,
    .rsqrt = rsqrt_f32,
    .relu = relu_f32,
    .hard_swish = hard_swish_f32,
    .add = add_f32,
    .sub = sub_f32,
    .mul = mul_f32,
    .div = div_f32,
    .maximum = maximum_f32,
    .minimum = minimum_f32,
    .squared_difference = squared_difference_f32,
    .prelu = prelu_f32,
    .clamp = clamp_f32,
    .leaky_relu = leaky_relu_f32,
    .softmax = softmax_f32,
    .log_softmax = log_softmax_f32,
    .sum = sum_f32,
    .sum_of_squares = sum_of_squares_f32,
    .max = max_f32,
    .min = min_f32,
    .accumulate = accumulate_f32,
    .from_f16 = from_f16_f32,
};

}  // namespace samara::kernels

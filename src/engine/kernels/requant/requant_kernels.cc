#include "engine/kernels/requant/requant_kernels.h"

#include <algorithm>
#include <cmath>

#include "engine/kernels/requant/requant_plain.inl"

namespace samara::kernels {
namespace {

int32_t sum_at(const SumBlock& b, int row, int channel) {
  const uint32_t add = b.row_add ? uint32_t(b.row_add[row]) : 0;
  return int32_t(uint32_t(b.sums[row * b.stride + channel]) + add);
}
int32_t twice(const SumBlock& b, int row, int j, const int32_t* multiplier, const int32_t* shift) {
  const int32_t scaled = rescale(sum_at(b, row, j), {multiplier[j], shift[j]});
  // Wraps where a model's scales are absurd, as the reference does.
  return std::clamp(int32_t(uint32_t(scaled) + uint32_t(b.zero)), b.low, b.high);
}
int32_t real(const SumBlock& b, int row, int j, const double* scale) {
  const double x = double(sum_at(b, row, j)) * scale[j];
  return int32_t(round_clamped(x, double(b.low) - b.zero, double(b.high) - b.zero)) + b.zero;
}

int64_t wide_sum_at(const WideBlock& b, int row, int j) {
  uint64_t sum = uint64_t(b.sums[row * b.stride + j]);
  if (b.bias) sum += uint64_t(b.bias[j]);
  if (b.bias32) sum += uint64_t(int64_t{b.bias32[j]});
  return int64_t(sum);
}

void twice8_scalar(const SumBlock& b, const int32_t* multiplier, const int32_t* shift, uint8_t* out,
                   ptrdiff_t out_stride) {
  for (int i = 0; i < b.rows; ++i)
    for (int j = 0; j < b.n; ++j)
      out[i * out_stride + j] = uint8_t(twice(b, i, j, multiplier, shift));
}
void real8_scalar(const SumBlock& b, const double* scale, uint8_t* out, ptrdiff_t out_stride) {
  for (int i = 0; i < b.rows; ++i)
    for (int j = 0; j < b.n; ++j) out[i * out_stride + j] = uint8_t(real(b, i, j, scale));
}
void once8_scalar(const SumBlock& b, const float* scale, uint8_t* out, ptrdiff_t out_stride) {
  const float low = float(b.low - b.zero), high = float(b.high - b.zero);
  for (int i = 0; i < b.rows; ++i)
    for (int j = 0; j < b.n; ++j) {
      const float x = float(sum_at(b, i, j)) * scale[j];
      out[i * out_stride + j] = uint8_t(round_even_clamped(x, low, high) + b.zero);
    }
}
template <bool fused>
void hybrid_scalar(const SumBlock& b, const int32_t* left_zero, const int32_t* weight_sums,
                   const float* row_scale, const float* scale, const float* bias, float low,
                   float high, float* out, ptrdiff_t out_stride) {
  for (int i = 0; i < b.rows; ++i) {
    for (int j = 0; j < b.n; ++j) {
      const uint32_t correction =
          weight_sums ? uint32_t(left_zero[i]) * uint32_t(weight_sums[j]) : 0;
      const int32_t sum = int32_t(uint32_t(b.sums[i * b.stride + j]) - correction);
      const float add = bias ? bias[j] : 0.0f;
      const float x = fused ? std::fma(float(sum) * row_scale[i], scale[j], add)
                            : float(sum) * (row_scale[i] * scale[j]) + add;
      out[i * out_stride + j] = std::min(std::max(x, low), high);
    }
  }
}

void wide16_scalar(const WideBlock& b, const int32_t* multiplier, const int32_t* shift,
                   int16_t* out, ptrdiff_t out_stride) {
  for (int i = 0; i < b.rows; ++i) {
    for (int j = 0; j < b.n; ++j) {
      const int64_t sum = wide_sum_at(b, i, j);
      const Multiplier m{multiplier[j], shift[j]};
      const int32_t scaled = b.wrap32 ? rescale(int32_t(sum), m) : rescale64(sum, m);
      out[i * out_stride + j] = int16_t(std::clamp(scaled, b.low, b.high));
    }
  }
}
void widen_scalar(int64_t* to, const int32_t* from, size_t n, bool add) {
  for (size_t i = 0; i < n; ++i) to[i] = (add ? to[i] : 0) + from[i];
}

constexpr Variant<RequantRows> kVariants[] = {
#define SAMARA_VARIANT(object, isa) {#object, isa, &object},
#include "engine/kernels/requant/variants.inc"
#undef SAMARA_VARIANT
};

}  // namespace

extern constinit const RequantRows requant_scalar{twice8_scalar,
                                                  real8_scalar,
                                                  once8_scalar,
                                                  hybrid_scalar<false>,
                                                  hybrid_scalar<true>,
                                                  wide16_scalar,
                                                  widen_scalar,
                                                  gather16,
                                                  add8,
                                                  products8,
                                                  accumulate8,
                                                  lookup8};

std::span<const Variant<RequantRows>> requant_variants() { return kVariants; }
const Variant<RequantRows>& requant_rows(uint32_t isa) { return pick(requant_variants(), isa); }

double round_clamped(double x, double low, double high) {
  // Clamped first, so that an integer conversion is the quickest way to cut the fraction off.
  const double near = std::min(std::max(x, low - 1), high + 1);
  double whole = double(int64_t(near));
  if (std::abs(near - whole) >= 0.5) whole += near < 0 ? -1 : 1;
  return std::min(std::max(whole, low), high);
}

void requant_real16(const SumBlock& b, const double* scale, int16_t* out, ptrdiff_t out_stride) {
  for (int i = 0; i < b.rows; ++i)
    for (int j = 0; j < b.n; ++j) out[i * out_stride + j] = int16_t(real(b, i, j, scale));
}

void requant_wide_real16(const WideBlock& b, const double* scale, int16_t* out,
                         ptrdiff_t out_stride) {
  for (int i = 0; i < b.rows; ++i) {
    for (int j = 0; j < b.n; ++j) {
      const int64_t sum = wide_sum_at(b, i, j);
      const double x = double(b.wrap32 ? int32_t(sum) : sum) * scale[j];
      out[i * out_stride + j] = int16_t(round_clamped(x, b.low, b.high));
    }
  }
}

}  // namespace samara::kernels

#include "engine/kernels/hybrid/hybrid_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/kernels/requant/requant_kernels.h"

namespace samara::kernels {
namespace {

void range_scalar(const float* values, size_t n, float* low, float* high) {
  float least = 0, most = 0;
  for (size_t i = 0; i < n; ++i) {
    least = std::min(least, values[i]);
    most = std::max(most, values[i]);
  }
  *low = least;
  *high = most;
}

void quantize_scalar(const float* values, size_t n, float factor, float offset, float low,
                     int8_t* out) {
  for (size_t i = 0; i < n; ++i) {
    const float x = values[i] * factor;
    // Clamped first: an integer conversion is the quickest way to cut the fraction off.
    const float near = x > -512.0f ? (x < 512.0f ? x : 512.0f) : -512.0f;
    float whole = float(int32_t(near));
    if (std::abs(near - whole) >= 0.5f) whole += near < 0 ? -1.0f : 1.0f;
    out[i] = int8_t(std::min(std::max(whole + offset, low), 127.0f));
  }
}

void quantize_even_scalar(const float* values, size_t n, float factor, int32_t zero, int8_t* out) {
  const float low = float(-128 - zero), high = float(127 - zero);
  for (size_t i = 0; i < n; ++i)
    out[i] = int8_t(round_even_clamped(values[i] * factor, low, high) + zero);
}

constexpr Variant<RowQuantizer> kVariants[] = {
#define SAMARA_VARIANT(object, isa) {#object, isa, &object},
#include "engine/kernels/hybrid/variants.inc"
#undef SAMARA_VARIANT
};

}  // namespace

extern constinit const RowQuantizer hybrid_scalar{range_scalar, quantize_scalar,
                                                  quantize_even_scalar};

std::span<const Variant<RowQuantizer>> row_quantizer_variants() { return kVariants; }
const Variant<RowQuantizer>& row_quantizer(uint32_t isa) {
  return pick(row_quantizer_variants(), isa);
}

RowQuant quantize_symmetric(const float* values, size_t n, int8_t* out) {
  const RowQuantizer& kernels = *row_quantizer().kernels;
  float low = 0, high = 0;
  kernels.range(values, n, &low, &high);
  const float range = std::max(-low, high);
  if (range == 0) {
    std::memset(out, 0, n);
    return {};
  }
  kernels.quantize(values, n, 127.0f / range, 0, -127.0f, out);
  return {range / 127.0f, 0};
}

RowQuant quantize_asymmetric(const float* values, size_t n, int8_t* out) {
  const RowQuantizer& kernels = *row_quantizer().kernels;
  float least = 0, most = 0;
  kernels.range(values, n, &least, &most);
  if (least == most) {
    std::memset(out, 0, n);
    return {};
  }
  const double low = least, high = most;
  const double scale = double(most - least) / 255.0;  // the difference is a float's
  // The zero point follows the end of the range that it is nearer to, for the smaller error.
  const double from_low = -128.0 - low / scale, from_high = 127.0 - high / scale;
  const bool nearer_low = 128.0 + std::abs(low / scale) < 127.0 + std::abs(high / scale);
  const double zero = nearer_low ? from_low : from_high;
  int32_t nudged = -128;
  if (zero >= 127.0) {
    nudged = 127;
  } else if (zero > -128.0) {
    nudged = int32_t(std::round(zero));
  }
  const float float_scale = float(scale);
  kernels.quantize(values, n, 1.0f / float_scale, float(nudged), -128.0f, out);
  return {float_scale, nudged};
}

RowQuant quantize_even(const float* values, size_t n, int8_t* out) {
  RowQuant quant;
  quantize_rows_even(values, 1, n, out, &quant);
  return quant;
}

void quantize_rows_even(const float* values, size_t rows, size_t n, int8_t* out, RowQuant* quants) {
  const RowQuantizer& kernels = *row_quantizer().kernels;
  float low = 0, high = 0;
  if (rows > 0) kernels.range(values, n, &low, &high);
  for (size_t i = 0; i < rows; ++i, values += n, out += n) {
    const float factor = low == high ? 1.0f : 255.0f / (high - low);
    const float low_steps = low * factor, high_steps = high * factor;
    const bool nearer_low = (-128.0f + low_steps) + (127.0f + high_steps) > 0;
    const float zero = nearer_low ? -128.0f - low_steps : 127.0f - high_steps;
    const int32_t nudged = round_even_clamped(zero, -128.0f, 127.0f);
    quants[i] = {1.0f / factor, nudged};
    // The next row's range fills the time that the divisions take.
    if (i + 1 < rows) kernels.range(values + n, n, &low, &high);
    kernels.quantize_even(values, n, factor, nudged, out);
  }
}

}  // namespace samara::kernels

#include "engine/kernels/hybrid/hybrid_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace samara::kernels {
namespace {

// Rounds half away from zero and clamps; NaN becomes `low`.
int8_t to_int8(float x, float low) {
  float whole = std::trunc(x);
  if (std::abs(x - whole) >= 0.5f) whole += std::copysign(1.0f, x);
  return int8_t(whole > low ? (whole < 127.0f ? whole : 127.0f) : low);
}

struct MinMax {
  float low = 0, high = 0;
};
MinMax range_with_zero(const float* values, size_t n) {
  MinMax r;
  for (size_t i = 0; i < n; ++i) {
    r.low = std::min(r.low, values[i]);
    r.high = std::max(r.high, values[i]);
  }
  return r;
}

}  // namespace

RowQuant quantize_symmetric(const float* values, size_t n, int8_t* out) {
  const MinMax r = range_with_zero(values, n);
  const float range = std::max(-r.low, r.high);
  if (range == 0) {
    std::memset(out, 0, n);
    return {};
  }
  const float inverse = 127.0f / range;
  for (size_t i = 0; i < n; ++i) out[i] = to_int8(values[i] * inverse, -127.0f);
  return {range / 127.0f, 0};
}

RowQuant quantize_asymmetric(const float* values, size_t n, int8_t* out) {
  const MinMax r = range_with_zero(values, n);
  if (r.low == r.high) {
    std::memset(out, 0, n);
    return {};
  }
  const double low = r.low, high = r.high;
  const double scale = (high - low) / 255.0;
  // The zero point follows the end of the range that it is nearer to, for the smaller error.
  const double from_low = -128.0 - low / scale, from_high = 127.0 - high / scale;
  const double zero =
      128.0 + std::abs(low / scale) < 127.0 + std::abs(high / scale) ? from_low : from_high;
  int32_t nudged = -128;
  if (zero >= 127.0) {
    nudged = 127;
  } else if (zero > -128.0) {
    nudged = int32_t(std::round(zero));
  }
  const float float_scale = float(scale);
  const float inverse = 1.0f / float_scale, offset = float(nudged);
  for (size_t i = 0; i < n; ++i) out[i] = to_int8(offset + values[i] * inverse, -128.0f);
  return {float_scale, nudged};
}

}  // namespace samara::kernels

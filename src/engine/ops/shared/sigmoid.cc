#include "engine/ops/shared/sigmoid.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace samara::ops {
namespace {

/// The input in steps of 1 / 12288.
int32_t scaled(int16_t q, const Sigmoid& s) {
  const int64_t round = s.shift > 0 ? int64_t{1} << (s.shift - 1) : 0;
  const int64_t value = (int64_t{q} * s.multiplier + round) >> s.shift;
  return int32_t(std::clamp<int64_t>(value, -0x3fffffff, 0x3fffffff));
}

/// The table at |x| / 2^bits, interpolated, as a fraction with `bits` more bits.
int32_t between(const Sigmoid& s, int32_t x, int bits, int32_t beyond) {
  const uint32_t magnitude = uint32_t(std::abs(x));
  const uint32_t index = magnitude >> bits;
  if (index >= 255) return beyond;
  const int32_t low = s.table[index];
  const int32_t high = s.table[index + 1];
  return (low << bits) + int32_t(magnitude & ((1u << bits) - 1)) * (high - low);
}

}  // namespace

int16_t Sigmoid::logistic(int16_t q) const {
  const int32_t x = scaled(q, *this);
  const int32_t y = between(*this, x, 9, 0x7fff << 10);
  return int16_t((x >= 0 ? y + (1 << 9) : (1 << 25) - y + (1 << 9) - 1) >> 10);
}

int16_t Sigmoid::tanh(int16_t q) const {
  const int32_t x = scaled(q, *this);
  const int32_t y = between(*this, x, 8, 0xffff << 8);
  return int16_t((x >= 0 ? y - (1 << 23) + (1 << 7) : -y + (1 << 23) + (1 << 7) - 1) >> 8);
}

void prepare_sigmoid(Sigmoid& s, float in_scale, int largest_shift) {
  // Each entry is moved by half of what linear interpolation misses in the middle of its interval.
  const auto logistic = [](double x) { return 65536.0 / (1.0 + std::exp(-x / 24.0)); };
  for (int i = 0; i < 255; ++i) {
    const double middle = (logistic(i) + logistic(i + 1)) / 2;
    s.table[i] = uint16_t(std::lround(logistic(i) + (logistic(i + 0.5) - middle) / 2));
  }
  s.table[255] = 65535;

  int exponent = 0;
  if (power_of_two(in_scale, exponent) && exponent + 12 >= 0 && exponent + 12 <= largest_shift) {
    s.multiplier = 3 << (exponent + 12);
    s.shift = 0;
    return;
  }
  double multiplier = double(in_scale) * 4096.0 * 3.0;
  s.shift = 0;
  while (multiplier <= 32767.0 / 2.0 && s.shift <= 30) {
    ++s.shift;
    multiplier *= 2.0;
  }
  s.multiplier = int32_t(std::min(multiplier, 1e9));
}

Status check_output_scale(const Tensor& out, int steps) {
  if (out.quant.scale() == 1.0f / float(steps)) return ok();
  return Error(Code::invalid_model,
               cat("output scale must be 1/", steps, ", not ", out.quant.scale()));
}

}  // namespace samara::ops

// The fixed-point exponentials that SOFTMAX and LOG_SOFTMAX take of 8-bit values: since a value is
// only compared with its row's highest, there are 256 of them, found before any run.
// Rules from: LiteRT tflite/kernels/internal/quantization_util.cc (PreprocessSoftmaxScaling),
// internal/reference/{softmax,log_softmax}.h.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "engine/ops/shared/fixed_point.h"

namespace samara::ops {

struct ExpTable {
  static constexpr int kSumBits = 12;  // integer bits of a sum of exponentials
  int32_t diff_min = 0;                // differences below it count as minus infinity
  kernels::Multiplier scale;
  std::array<int32_t, 256> scaled{};  // by minus the difference: it, with 5 integer bits
  std::array<int32_t, 256> exp{};     // e to that, 0 integer bits; 0 below diff_min

  void prepare(double beta, double in_scale) {
    scale = kernels::quantize_multiplier(
        std::min(beta * in_scale * double(1 << 26), double((int64_t{1} << 31) - 1)));
    diff_min =
        -int32_t(std::min(std::floor(31.0 * double(1 << 26) / std::ldexp(1.0, scale.shift)), 1e9));
    for (int32_t i = 0; i < 256; ++i) {
      if (-i < diff_min) continue;
      scaled[size_t(i)] = kernels::rescale(-i, scale);
      exp[size_t(i)] = fixed::exp_on_negative(scaled[size_t(i)]);
    }
  }

  /// The sum of a row's exponentials relative to `highest`, kSumBits integer bits, saturated.
  template <class T>
  int32_t sum(const T* row, int64_t depth, T highest) const {
    int64_t total = 0;
    for (int64_t c = 0; c < depth; ++c) {
      total += kernels::rounding_shift_right(exp[size_t(highest - row[c])], kSumBits);
    }
    return int32_t(std::min<int64_t>(total, std::numeric_limits<int32_t>::max()));
  }
};

}  // namespace samara::ops

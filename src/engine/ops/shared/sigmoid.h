// LOGISTIC and TANH of 16-bit fractions, both from one table of the logistic function.
// Rules from: LiteRT tflite/kernels/activations.cc (SigmoidPrepare, TanhPrepare),
// internal/reference/integer_ops/{logistic,tanh}.h.
#pragma once

#include <array>
#include <cstdint>

#include "engine/ops/shared/lookup.h"

namespace samara::ops {

struct Sigmoid : Lookup {
  std::array<uint16_t, 256> table{};  // logistic(i / 24) as a 0.16 fraction
  int32_t multiplier = 0;             // an input times this, shifted right: in steps of 1 / 12288
  int shift = 0;

  int16_t logistic(int16_t q) const;
  int16_t tanh(int16_t q) const;
};

/// For a 16-bit input; `largest_shift` is the largest power-of-two input scale times 4096, as an
/// exponent, that needs no rounding.
void prepare_sigmoid(Sigmoid& s, float in_scale, int largest_shift);

/// Errors: invalid_model when the output's scale is not 1 / `steps`.
Status check_output_scale(const Tensor& out, int steps);

}  // namespace samara::ops

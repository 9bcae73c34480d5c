// Logistic and tanh of 16-bit fractions as LSTM cells have them: fixed-point series, not tables.
// Raw numbers with `bits` integer bits: value = raw * 2^(bits - 15). The results have 0 integer
// bits. Bit for bit gemmlowp's, whose order of roundings this follows.
// Rules from: gemmlowp fixedpoint/fixedpoint.h (exp_on_negative_values, logistic, tanh).
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/kernels/sigmoid16/sigmoid16_types.h"
#include "engine/kernels/variants.h"

namespace samara::kernels::sixteen {

/// The rounded product of two fractions; -1 * -1 saturates.
int16_t multiply(int16_t a, int16_t b);
/// x has 3 integer bits.
int16_t logistic(int16_t x);
/// x has `bits` integer bits, 0..6.
int16_t tanh(int16_t x, int bits);

}  // namespace samara::kernels::sixteen

namespace samara::kernels {

std::span<const Variant<Sigmoid16>> sigmoid16_variants();
/// The same for whole rows.
const Sigmoid16& sigmoid16(uint32_t isa = cpu_isa());

}  // namespace samara::kernels

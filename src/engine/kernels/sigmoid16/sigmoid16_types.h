// What an ISA file of this family fills in: rows of the functions in sigmoid16.h, bit for bit.
#pragma once

#include <cstddef>
#include <cstdint>

namespace samara::kernels {

/// `out` may be `in`.
struct Sigmoid16 {
  void (*logistic)(const int16_t* in, int16_t* out, size_t n) = nullptr;
  void (*tanh)(const int16_t* in, int16_t* out, size_t n, int bits) = nullptr;  // bits: 0..6
};

#define SAMARA_VARIANT(object, isa) extern const Sigmoid16 object;
#include "engine/kernels/sigmoid16/variants.inc"
#undef SAMARA_VARIANT

}  // namespace samara::kernels

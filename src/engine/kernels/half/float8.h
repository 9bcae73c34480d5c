// The 8-bit floating-point types of the OCP standard, converted as Half and BFloat16 are: by integer
// arithmetic, to nearest, ties to even.
#pragma once

#include <bit>
#include <cstdint>

#include "engine/kernels/half/half.h"

namespace samara::kernels {

/// A sign, 4 bits of exponent (bias 7), 3 of fraction; no infinities, all bits 1 are NaN. What rounds
/// beyond 448 becomes NaN.
struct Float8E4M3 {
  uint8_t bits = 0;
  Float8E4M3() = default;
  Float8E4M3(float f) {  // NOLINT: implicit by design
    const uint32_t u = std::bit_cast<uint32_t>(f);
    const uint8_t sign = uint8_t(u >> 24 & 0x80);
    const uint32_t magnitude = u & 0x7fffffff;
    if (magnitude < 0x3c800000) {
      // Below 2^-6: adding 2^14 leaves the subnormal's value in the sum's low bits, rounded.
      const float sum = std::bit_cast<float>(magnitude) + 0x1p14f;
      bits = uint8_t(sign | (std::bit_cast<uint32_t>(sum) - 0x46800000));
      return;
    }
    const uint32_t rounded = (magnitude + 0x7ffff + (magnitude >> 20 & 1)) >> 20;
    bits = rounded > 0x43e ? sign | 0x7f : uint8_t(sign | (rounded - (120 << 3)));
  }
  operator float() const {  // NOLINT: implicit by design
    const uint32_t sign = uint32_t(bits & 0x80) << 24, magnitude = bits & 0x7f;
    if (magnitude == 0x7f) return std::bit_cast<float>(sign | 0x7fc00000);
    // The bits in a float's place have the exponent 120 too low.
    const float scaled = std::bit_cast<float>(magnitude << 20) * 0x1p120f;
    return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(scaled));
  }
};

/// The upper half of a Half: 5 bits of exponent, 2 of fraction.
struct Float8E5M2 {
  uint8_t bits = 0;
  Float8E5M2() = default;
  Float8E5M2(float f) {  // NOLINT: implicit by design
    const uint32_t u = std::bit_cast<uint32_t>(f);
    const uint8_t sign = uint8_t(u >> 24 & 0x80);
    const uint32_t magnitude = u & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      bits = sign | 0x7e;
    } else if (magnitude < 0x38800000) {
      // Below 2^-14, as above with 2^7.
      const float sum = std::bit_cast<float>(magnitude) + 0x1p7f;
      bits = uint8_t(sign | (std::bit_cast<uint32_t>(sum) - 0x43000000));
    } else {
      const uint32_t rounded = (magnitude + 0xfffff + (magnitude >> 21 & 1)) >> 21;
      bits = uint8_t(sign | (rounded >= 0x23c ? 0x7c : rounded - (112 << 2)));
    }
  }
  operator float() const { return half_to_float(uint16_t(bits << 8)); }  // NOLINT
};

}  // namespace samara::kernels

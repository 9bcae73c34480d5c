// Integers of 4 and 2 bits, several in a byte, the first in the lowest bits.
#pragma once

#include <cstdint>

#include "samara/schema/type.h"

namespace samara::ops {

/// Element i of values of `width` bits, sign-extended unless `is_unsigned`.
inline int32_t unpack_bits(const uint8_t* bytes, int64_t i, int width, bool is_unsigned) {
  const int64_t bit = i * width;
  const int32_t value = (bytes[bit / 8] >> (bit % 8)) & ((1 << width) - 1);
  return !is_unsigned && value >> (width - 1) ? value - (1 << width) : value;
}

/// Writes the low `width` bits of `value` as element i; the elements after it in its byte become 0,
/// so a tensor is to be filled in order.
inline void pack_bits(uint8_t* bytes, int64_t i, int width, int32_t value) {
  const int64_t bit = i * width;
  uint8_t& byte = bytes[bit / 8];
  const uint8_t kept = uint8_t(byte & ((1 << (bit % 8)) - 1));
  byte = uint8_t(kept | ((value & ((1 << width) - 1)) << (bit % 8)));
}

/// As pack_bits(), but no other element changes.
inline void replace_bits(uint8_t* bytes, int64_t i, int width, int32_t value) {
  const int64_t bit = i * width;
  const int mask = (1 << width) - 1;
  uint8_t& byte = bytes[bit / 8];
  byte = uint8_t((byte & ~(mask << (bit % 8))) | ((value & mask) << (bit % 8)));
}

}  // namespace samara::ops

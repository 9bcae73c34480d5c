// Division of integers that rounds down, and the check that no divisor is 0. The one overflow,
// lowest / -1, wraps to the lowest value.
// Rules from: LiteRT tflite/kernels/floor_{div,mod}.cc: a zero divisor is an error.
#pragma once

#include <cmath>
#include <type_traits>

#include "engine/ops/shared/binary.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {

template <class T>
T floor_quotient(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return T(std::floor(double(a) / double(b)));
  } else {
    if (b == T(-1)) return T(0 - std::make_unsigned_t<T>(a));
    const T quotient = T(a / b);
    return a % b != 0 && (a < 0) != (b < 0) ? T(quotient - 1) : quotient;
  }
}

/// The remainder of floor_quotient(): its sign is the divisor's.
template <class T>
T floor_remainder(T a, T b) {
  T remainder{};
  if constexpr (std::is_floating_point_v<T>) {
    remainder = std::fmod(a, b);
  } else {
    remainder = b == T(-1) ? T(0) : T(a % b);
  }
  return remainder != 0 && (b < 0) != (remainder < 0) ? T(remainder + b) : remainder;
}

/// Errors: as value_error() when an element of input 1 is 0.
template <class T>
Status check_divisor(const Run& n, T zero = T(0)) {
  const std::span<const T> divisors = n.view<const T>(n.in(1));
  for (size_t i = 0; i < divisors.size(); ++i) {
    if (divisors[i] == zero) {
      return value_error(n, 1, cat("division by 0: element ", i, " of the divisor is 0"));
    }
  }
  return ok();
}

}  // namespace samara::ops

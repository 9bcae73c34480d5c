// Two recordings side by side: which tensors belong together, and how far their numbers part.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "cli/shared/recording.h"

namespace samara::cli {

/// Two tensors that belong together, or one without counterpart.
struct Pair {
  const Recorded* a = nullptr;
  const Recorded* b = nullptr;
};

/// Pairs in the order of `a`'s execution, then what is in `b` alone. Tensors belong together by
/// name, the nth of a name with the nth; else by position: the nth tensor written with the nth, if
/// they have the same shape.
std::vector<Pair> match(const Recording& a, const Recording& b);

/// How b departs from a. Tensors of one type and quantization are compared as stored, others in
/// real values.
struct Difference {
  static constexpr size_t kBins = 11;

  std::string incomparable;  // why there are no numbers below: shapes or types that do not match
  bool real = false;         // numbers are real values, not stored integers
  size_t numbers = 0;        // compared; a complex element holds two
  size_t unequal = 0;        // -0 equals 0, and NaN equals NaN
  double max_error = 0;      // infinite where one side alone is NaN or infinite
  double range = 1;          // of a: most - least, else its size, else 1
  double snr_db = 0;         // 10 log10(sum a^2 / sum (b - a)^2); infinite where nothing differs
  size_t worst = 0;          // number of the largest error, and its values
  double worst_a = 0, worst_b = 0;
  /// Counts of b - a in equal bins from -largest to largest finite error.
  double largest = 0;
  std::array<size_t, kBins> histogram{};

  double relative() const { return max_error / range; }
  bool same() const { return incomparable.empty() && unequal == 0; }
  /// Whether no error is beyond `tolerance` of the range; with 0 nothing may differ at all.
  bool within(double tolerance) const {
    return same() || (incomparable.empty() && tolerance > 0 && relative() <= tolerance);
  }
};
Difference difference(const Recorded& a, const Recorded& b);

/// The place of number i in a tensor: "[0, 3, 17]".
std::string place_of(std::span<const int32_t> shape, size_t i);

}  // namespace samara::cli

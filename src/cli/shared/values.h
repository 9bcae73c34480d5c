// The numbers in a tensor's bytes, whatever its type.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "samara/graph/op.h"
#include "samara/schema/type.h"

namespace samara::cli {

/// Number i of packed data, as a double.
using ReadNumber = double (*)(const std::byte* data, size_t i);
/// Null for types without numbers: strings, resources, variants.
ReadNumber number_reader(Type type);
/// Numbers that an element holds: 2 for complex types, the real and the imaginary part.
constexpr size_t numbers_per_element(Type type) {
  return type == Type::c64 || type == Type::c128 ? 2 : 1;
}

/// Writes number i, rounded and kept within the type's range where it is an integer's.
using WriteNumber = void (*)(std::byte* data, size_t i, double value);
/// Null for types that nothing is converted to.
WriteNumber number_writer(Type type);

/// Affine quantization, owned: real = scale * (q - zero_point).
struct Quantized {
  std::vector<float> scales;
  std::vector<int32_t> zero_points;
  int axis = 0;
  Quantized() = default;
  explicit Quantized(const graph::Quantization& q)
      : scales(q.scales.begin(), q.scales.end()),
        zero_points(q.zero_points.begin(), q.zero_points.end()),
        axis(q.axis) {}
  bool operator==(const Quantized&) const = default;

  /// The channel of element i of a tensor of that shape.
  size_t channel(std::span<const int32_t> shape, size_t i) const;
  double real(double stored, size_t channel) const;
  double stored(double real, size_t channel) const;
};

}  // namespace samara::cli

// NumPy's .npy: one array with its type and shape. Little endian, C order; versions 1 to 3.
// Format: numpy.lib.format (NEP 1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "samara/base/result.h"
#include "samara/schema/type.h"

namespace samara::cli {

struct Array {
  Type type = Type::f32;
  std::vector<int32_t> shape;
  std::vector<std::byte> data;
};

/// Errors   data_loss (not an .npy, or cut short), unsupported (big endian, Fortran order, objects)
Result<Array> parse_npy(std::span<const std::byte> bytes);

/// The type that a file holds elements in: those that NumPy lacks are written as what holds them,
/// bf16 as uint16, 8-bit floats as uint8, packed 4-bit and 2-bit types one element a byte.
Type npy_type(Type type);

/// The .npy file of a tensor's elements.
std::string npy_file(Type type, std::span<const int32_t> shape, std::span<const std::byte> data);

}  // namespace samara::cli

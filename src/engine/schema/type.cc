// The names of the element types.
#include "samara/schema/type.h"

#include <array>

namespace samara {

std::string_view name(Type type) {
  static constexpr std::array<std::string_view, kTypes> kNames = {
      "float32",  "float16",  "int32",     "uint8",         "int64",      "string",
      "bool",     "int16",    "complex64", "int8",          "float64",    "complex128",
      "uint64",   "resource", "variant",   "uint32",        "uint16",     "int4",
      "bfloat16", "int2",     "uint4",     "float8_e4m3fn", "float8_e5m2"};
  const auto index = static_cast<size_t>(type);
  return index < kNames.size() ? kNames[index] : "unknown";
}

}  // namespace samara

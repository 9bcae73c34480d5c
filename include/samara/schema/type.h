// Type: a tensor's element type, numbered as in the .tflite schema (TensorType).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "samara/base/export.h"

namespace samara {

enum class Type : uint8_t {
  f32 = 0,
  f16 = 1,
  i32 = 2,
  u8 = 3,
  i64 = 4,
  string = 5,
  boolean = 6,
  i16 = 7,
  c64 = 8,
  i8 = 9,
  f64 = 10,
  c128 = 11,
  u64 = 12,
  resource = 13,
  variant = 14,
  u32 = 15,
  u16 = 16,
  i4 = 17,
  bf16 = 18,
  i2 = 19,
  u4 = 20,
  f8e4m3fn = 21,
  f8e5m2 = 22,
};
constexpr int kTypes = 23;

/// The name as TensorFlow prints it, in lower case: "float32", "int8", "string".
SAMARA_API std::string_view name(Type type);

/// Bits an element takes: 4 for i4; 0 for string, resource and variant, which have no fixed size.
constexpr int bits(Type type) {
  switch (type) {
    case Type::i2:
      return 2;
    case Type::i4:
    case Type::u4:
      return 4;
    case Type::u8:
    case Type::i8:
    case Type::boolean:
    case Type::f8e4m3fn:
    case Type::f8e5m2:
      return 8;
    case Type::f16:
    case Type::bf16:
    case Type::i16:
    case Type::u16:
      return 16;
    case Type::f32:
    case Type::i32:
    case Type::u32:
      return 32;
    case Type::i64:
    case Type::u64:
    case Type::f64:
    case Type::c64:
      return 64;
    case Type::c128:
      return 128;
    case Type::string:
    case Type::resource:
    case Type::variant:
      return 0;
  }
  return 0;
}

}  // namespace samara

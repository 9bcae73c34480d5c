// Literal: a tensor written down in a test, e.g. i8({2, 2}, {1, 2, 3, 4}).q(0.5f, -1).
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "samara/schema/type.h"

namespace samara::testing {

/// How a model holds a tensor that is an operator's input.
enum class Role : uint8_t {
  run_time,  // given by the caller of run()
  either,    // the harness tries both: given by the caller, and stored in the model
  constant,  // always stored in the model
  variable,  // kept from run to run, starts as zeros
  absent,    // an optional input left out
};

struct Literal {
  using Dims = std::vector<int32_t>;

  Type type = Type::f32;
  Dims shape;
  std::vector<std::byte> bytes;  // packed for strings
  std::vector<float> scales;     // empty: not quantized
  std::vector<int64_t> zero_points;
  int axis = 0;
  Role role = Role::run_time;

  /// Per-tensor quantization.
  Literal q(float scale, int64_t zero_point = 0) const;
  /// Per-channel quantization along dimension `along`; no zero points means all zero.
  Literal q(std::vector<float> channel_scales, std::vector<int64_t> channel_zero_points = {},
            int along = 0) const;
  Literal as(Role r) const;

  int64_t elements() const;
  template <class T>
  std::vector<T> values() const {
    std::vector<T> out(bytes.size() / sizeof(T));
    if (!out.empty()) __builtin_memcpy(out.data(), bytes.data(), out.size() * sizeof(T));
    return out;
  }
};

// A literal of each type. No values at all means all zeros.
Literal f32(Literal::Dims shape, std::vector<float> values = {});
Literal f64(Literal::Dims shape, std::vector<double> values = {});
Literal f16(Literal::Dims shape, std::vector<float> values = {});
Literal i8(Literal::Dims shape, std::vector<int8_t> values = {});
Literal u8(Literal::Dims shape, std::vector<uint8_t> values = {});
Literal i16(Literal::Dims shape, std::vector<int16_t> values = {});
Literal u16(Literal::Dims shape, std::vector<uint16_t> values = {});
Literal i32(Literal::Dims shape, std::vector<int32_t> values = {});
Literal u32(Literal::Dims shape, std::vector<uint32_t> values = {});
Literal i64(Literal::Dims shape, std::vector<int64_t> values = {});
Literal boolean(Literal::Dims shape, std::vector<uint8_t> values = {});
Literal c64(Literal::Dims shape, std::vector<std::complex<float>> values = {});
Literal strings(Literal::Dims shape, std::vector<std::string> values);
/// Elements of another type from their bytes: i4 (two an element, low nibble first), bf16 ...
Literal raw(Type type, Literal::Dims shape, std::vector<uint8_t> bytes);
/// An optional input that is left out.
Literal absent();
/// Values that look random but are the same everywhere: uniform in [low, high].
Literal random_f32(Literal::Dims shape, uint32_t seed, float low = -1, float high = 1);
Literal random_i8(Literal::Dims shape, uint32_t seed, int low = -128, int high = 127);
Literal random_u8(Literal::Dims shape, uint32_t seed, int low = 0, int high = 255);
Literal random_i16(Literal::Dims shape, uint32_t seed, int low = -32768, int high = 32767);
Literal random_i32(Literal::Dims shape, uint32_t seed, int low, int high);

/// Empty if `got` equals `want`: type, shape, integers and strings exactly, floats within
/// `tolerance` of the largest finite magnitude in `want` (NaN equals NaN); else what differs.
std::string difference(const Literal& want, const Literal& got, float tolerance);

/// IEEE half precision, round to nearest even.
uint16_t to_half(float value);
float from_half(uint16_t half);

}  // namespace samara::testing

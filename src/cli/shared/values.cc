#include "cli/shared/values.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

namespace samara::cli {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

template <class T>
T load(const std::byte* data, size_t i) {
  T value;
  std::memcpy(&value, data + i * sizeof(T), sizeof(T));
  return value;
}

template <class T>
double plain(const std::byte* data, size_t i) {
  return double(load<T>(data, i));
}

/// IEEE binary16: a sign, 5 bits of exponent, 10 of fraction.
double from_half(uint16_t h) {
  const int exponent = h >> 10 & 31;
  const double fraction = h & 1023;
  const double sign = h >> 15 ? -1 : 1;
  if (exponent == 31) return fraction != 0 ? kNaN : sign * INFINITY;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024 + fraction, exponent - 25);
}

double half(const std::byte* data, size_t i) { return from_half(load<uint16_t>(data, i)); }

double bfloat(const std::byte* data, size_t i) {
  const uint32_t bits = uint32_t(load<uint16_t>(data, i)) << 16;
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return double(value);
}

/// OFP8 E4M3 in the form without infinities: a sign, 4 bits of exponent (bias 7), 3 of fraction.
double f8e4m3fn(const std::byte* data, size_t i) {
  const int bits = load<uint8_t>(data, i);
  const int exponent = bits >> 3 & 15, fraction = bits & 7;
  if (exponent == 15 && fraction == 7) return kNaN;
  const double size =
      exponent == 0 ? std::ldexp(fraction, -9) : std::ldexp(8 + fraction, exponent - 10);
  return bits >> 7 ? -size : size;
}

/// OFP8 E5M2 is the upper half of an IEEE half.
double f8e5m2(const std::byte* data, size_t i) {
  return from_half(uint16_t(load<uint8_t>(data, i) << 8));
}

/// Types of less than a byte, the first element in the lowest bits.
template <unsigned kBits, bool kSigned>
double packed(const std::byte* data, size_t i) {
  constexpr unsigned kPerByte = 8 / kBits;
  const unsigned byte = load<uint8_t>(data, i / kPerByte);
  const int value = int(byte >> (i % kPerByte * kBits) & ((1u << kBits) - 1));
  return kSigned && value >> (kBits - 1) ? value - (1 << kBits) : value;
}

template <class T>
void store(std::byte* data, size_t i, double value) {
  T out{};
  if constexpr (std::is_integral_v<T>) {
    using Limits = std::numeric_limits<T>;
    value = std::isnan(value) ? 0 : std::nearbyint(value);
    // Compared as doubles: the limits of 64-bit types are no doubles themselves.
    out = value >= double(Limits::max())   ? Limits::max()
          : value <= double(Limits::min()) ? Limits::min()
                                           : T(value);
  } else {
    out = T(value);
  }
  std::memcpy(data + i * sizeof(T), &out, sizeof(T));
}

struct Row {
  Type type;
  ReadNumber read;
  WriteNumber write;
};
template <class T>
constexpr Row row(Type type) {
  return {type, plain<T>, store<T>};
}
constexpr Row kRows[] = {
    row<float>(Type::f32),
    row<double>(Type::f64),
    row<int8_t>(Type::i8),
    row<uint8_t>(Type::u8),
    row<uint8_t>(Type::boolean),
    row<int16_t>(Type::i16),
    row<uint16_t>(Type::u16),
    row<int32_t>(Type::i32),
    row<uint32_t>(Type::u32),
    row<int64_t>(Type::i64),
    row<uint64_t>(Type::u64),
    {Type::c64, plain<float>, nullptr},
    {Type::c128, plain<double>, nullptr},
    {Type::f16, half, nullptr},
    {Type::bf16, bfloat, nullptr},
    {Type::f8e4m3fn, f8e4m3fn, nullptr},
    {Type::f8e5m2, f8e5m2, nullptr},
    {Type::i4, packed<4, true>, nullptr},
    {Type::u4, packed<4, false>, nullptr},
    {Type::i2, packed<2, true>, nullptr},
};

const Row* row_of(Type type) {
  const Row* const found = std::find_if(std::begin(kRows), std::end(kRows),
                                        [&](const Row& r) { return r.type == type; });
  return found == std::end(kRows) ? nullptr : found;
}

}  // namespace

ReadNumber number_reader(Type type) {
  const Row* const row = row_of(type);
  return row ? row->read : nullptr;
}

WriteNumber number_writer(Type type) {
  const Row* const row = row_of(type);
  return row ? row->write : nullptr;
}

size_t Quantized::channel(std::span<const int32_t> shape, size_t i) const {
  if (scales.size() < 2 || axis < 0 || size_t(axis) >= shape.size()) return 0;
  size_t inner = 1;
  for (size_t d = size_t(axis) + 1; d < shape.size(); ++d) inner *= size_t(shape[d]);
  return i / inner % scales.size();
}

double Quantized::real(double stored, size_t channel) const {
  if (scales.empty()) return stored;
  return double(scales[channel]) * (stored - double(zero_points[channel]));
}

double Quantized::stored(double real, size_t channel) const {
  if (scales.empty()) return real;
  return real / double(scales[channel]) + double(zero_points[channel]);
}

}  // namespace samara::cli

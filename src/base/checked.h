// Checked arithmetic for every size that comes from outside: false (or no value) on overflow.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>

namespace samara {

template <std::integral T>
[[nodiscard]] constexpr std::optional<T> checked_mul(T a, T b) {
  T out{};
  if (__builtin_mul_overflow(a, b, &out)) return std::nullopt;
  return out;
}
template <std::integral T>
[[nodiscard]] constexpr std::optional<T> checked_add(T a, T b) {
  T out{};
  if (__builtin_add_overflow(a, b, &out)) return std::nullopt;
  return out;
}
/// The value as To where it fits; no value otherwise.
template <std::integral To, std::integral From>
[[nodiscard]] constexpr std::optional<To> narrow(From value) {
  To out{};
  if (__builtin_add_overflow(value, From{0}, &out)) return std::nullopt;
  return out;
}
/// Whether [offset, offset + size) lies within [0, limit).
[[nodiscard]] constexpr bool in_range(uint64_t offset, uint64_t size, uint64_t limit) {
  return offset <= limit && size <= limit - offset;
}
/// value rounded up to a multiple of `to`, a power of two; no value on overflow.
[[nodiscard]] constexpr std::optional<uint64_t> align_up(uint64_t value, uint64_t to) {
  const auto sum = checked_add<uint64_t>(value, to - 1);
  if (!sum) return std::nullopt;
  return *sum & ~(to - 1);
}

}  // namespace samara

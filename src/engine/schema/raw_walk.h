// RawWalk: reads a flatbuffer that nobody has verified, number by number, in the layout that the
// flatbuffers documentation calls its internals.
//
// Each number is loaded once, as volatile, and checked before use: another process or thread may
// change the bytes between any two loads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/checked.h"

namespace samara::schema {

struct RawWalk {
  std::span<const std::byte> bytes;

  template <class T>
  std::optional<T> load(uint64_t at) const {
    if (!in_range(at, sizeof(T), bytes.size())) return std::nullopt;
    T out = 0;
    const auto* p = reinterpret_cast<const volatile unsigned char*>(bytes.data() + at);
    for (size_t i = 0; i < sizeof(T); ++i) out |= static_cast<T>(T{p[i]} << (8 * i));
    return out;
  }
  /// Where an offset stored at `at` leads.
  std::optional<uint64_t> follow(uint64_t at) const {
    const auto offset = load<uint32_t>(at);
    if (!offset || *offset == 0) return std::nullopt;
    return at + *offset;
  }
  /// Where field `voffset` of the table at `table` is stored, if it is.
  std::optional<uint64_t> field(uint64_t table, uint16_t voffset) const {
    const auto back = load<uint32_t>(table);
    if (!back) return std::nullopt;
    const uint64_t vtable = table - static_cast<int64_t>(static_cast<int32_t>(*back));
    const auto size = load<uint16_t>(vtable);
    if (!size || voffset + 2 > *size) return std::nullopt;
    const auto offset = load<uint16_t>(vtable + voffset);
    if (!offset || *offset == 0) return std::nullopt;
    return table + *offset;
  }
  /// Where the vector in that field begins (its length; elements follow), if the table has one.
  std::optional<uint64_t> vector(uint64_t table, uint16_t voffset) const {
    const auto at = field(table, voffset);
    return at ? follow(*at) : std::nullopt;
  }
};

}  // namespace samara::schema

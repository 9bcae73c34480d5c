#include "tasks/files/exif.h"

#include <string_view>

#include "base/checked.h"
#include "tasks/files/decoder.h"

namespace samara::files {

imaging::Orientation exif_orientation(std::span<const std::byte> block) {
  constexpr uint32_t kOrientation = 0x0112, kShort = 3;
  constexpr size_t kEntry = 12;
  using namespace std::string_view_literals;
  if (starts_with(block, "Exif\0\0"sv)) block = block.subspan(6);
  const bool little = starts_with(block, "II*\0"sv), big = starts_with(block, "MM\0*"sv);
  if ((!little && !big) || block.size() < 8) return imaging::Orientation::upright;
  const auto u16 = [&](size_t at) { return little ? little16(block, at) : big16(block, at); };
  const auto u32 = [&](size_t at) { return little ? little32(block, at) : big32(block, at); };

  const size_t directory = u32(4);
  if (!in_range(directory, 2, block.size())) return imaging::Orientation::upright;
  const size_t entries = u16(directory);
  for (size_t i = 0; i < entries; ++i) {
    const size_t at = directory + 2 + i * kEntry;
    if (!in_range(at, kEntry, block.size())) break;
    if (u16(at) != kOrientation) continue;
    const uint32_t value = u16(at + 8);
    if (u16(at + 2) != kShort || u32(at + 4) != 1 || value < 1 || value > 8) break;
    return static_cast<imaging::Orientation>(value);
  }
  return imaging::Orientation::upright;
}

}  // namespace samara::files

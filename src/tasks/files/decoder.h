// What an image format is to image_file.cc: to add one, a folder <library>/ with a Decoder, and its
// line in the list there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "samara/base/result.h"
#include "samara/files/image_file.h"
#include "samara/imaging/image.h"

namespace samara::files {

/// An image as stored, and how it must be turned.
struct Decoded {
  imaging::Image image;
  imaging::Orientation stored = imaging::Orientation::upright;
};

struct Decoder {
  std::string_view name;  // "JPEG"
  bool (*knows)(std::span<const std::byte> bytes);
  Result<Decoded> (*decode)(std::span<const std::byte> bytes, const ImageLimits& limits);
};

extern const Decoder jpeg, png, webp, bmp;

/// Whether an image of that size may be decoded. Errors: data_loss (a side of 0),
/// resource_exhausted (limits.pixels).
Status check_size(uint64_t width, uint64_t height, const ImageLimits& limits);

/// Little- or big-endian numbers of a byte string; the caller has checked the place.
inline uint32_t byte_at(std::span<const std::byte> b, size_t i) {
  return std::to_integer<uint32_t>(b[i]);
}
inline uint32_t little16(std::span<const std::byte> b, size_t i) {
  return byte_at(b, i) | byte_at(b, i + 1) << 8;
}
inline uint32_t little32(std::span<const std::byte> b, size_t i) {
  return little16(b, i) | little16(b, i + 2) << 16;
}
inline uint32_t big16(std::span<const std::byte> b, size_t i) {
  return byte_at(b, i) << 8 | byte_at(b, i + 1);
}
inline uint32_t big32(std::span<const std::byte> b, size_t i) {
  return big16(b, i) << 16 | big16(b, i + 2);
}
inline bool starts_with(std::span<const std::byte> bytes, std::string_view text, size_t at = 0) {
  if (bytes.size() < at || bytes.size() - at < text.size()) return false;
  for (size_t i = 0; i < text.size(); ++i)
    if (byte_at(bytes, at + i) != static_cast<uint8_t>(text[i])) return false;
  return true;
}

}  // namespace samara::files

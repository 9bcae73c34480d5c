// Images from files: JPEG, PNG, WebP and BMP, told apart by their first bytes, never by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "samara/base/export.h"
#include "samara/base/result.h"
#include "samara/imaging/image.h"

namespace samara::files {

/// Bounds that a caller may lower. Sizes are judged by what the header says, before any pixel is
/// decoded; the memory taken stays within about ten bytes a pixel (progressive JPEG).
struct ImageLimits {
  uint64_t file_bytes = uint64_t{512} << 20;
  uint64_t pixels = imaging::kMostPixels;
};

/// The image, upright: turned as its EXIF says, where it has one (JPEG, PNG, WebP). Gray stays
/// gray, colour comes as RGB, and as RGBA where the file has alpha; CMYK comes as RGB, 16 bits a
/// channel as 8.
///
/// Errors   invalid_argument    no bytes, or of no image format
///          unsupported         a format, or a form of one, that is not read; the text says which
///          data_loss           cut short, or damaged
///          resource_exhausted  a limit, or memory
/// Threads  any
SAMARA_API Result<imaging::Image> decode_image(std::span<const std::byte> bytes,
                                               const ImageLimits& limits = {});

/// Reads the file, then as decode_image().
///
/// Errors   also not_found, permission_denied, io
SAMARA_API Result<imaging::Image> load_image(const std::string& path,
                                             const ImageLimits& limits = {});

}  // namespace samara::files

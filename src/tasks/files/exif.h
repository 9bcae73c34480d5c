// EXIF: of all that a camera writes, only how it was held.
#pragma once

#include <cstddef>
#include <span>

#include "samara/imaging/image.h"

namespace samara::files {

/// The orientation in an EXIF block: a TIFF header and its first directory (Exif 2.3, 4.5), with or
/// without "Exif\0\0" before it. Upright where there is none or the block is damaged: a picture is
/// not refused for its notes.
imaging::Orientation exif_orientation(std::span<const std::byte> block);

}  // namespace samara::files

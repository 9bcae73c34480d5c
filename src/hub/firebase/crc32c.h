// CRC-32C (Castagnoli): the checksum with which Google Cloud Storage's clients verify what they sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/file.h"

namespace samara::hub {

/// `before` is the checksum of what came before.
uint32_t crc32c(std::span<const std::byte> bytes, uint32_t before = 0);
/// Of a whole file, piece by piece.
Result<uint32_t> crc32c_of(const File& file);
/// As Google's JSON has it: base64 of its four bytes, the highest first.
std::string crc32c_text(uint32_t checksum);

}  // namespace samara::hub

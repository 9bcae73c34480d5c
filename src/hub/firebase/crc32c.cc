#include "hub/firebase/crc32c.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "base/base64.h"
#include "base/try.h"

namespace samara::hub {
namespace {

// Eight bytes at a time: table k tells what a byte does that lies k bytes before the end.
using Tables = std::array<std::array<uint32_t, 256>, 8>;

constexpr Tables make_tables() {
  Tables t = {};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1 ? 0x82f63b78u : 0);
    t[0][i] = value;
  }
  for (size_t k = 1; k < 8; ++k) {
    for (size_t i = 0; i < 256; ++i) t[k][i] = t[k - 1][i] >> 8 ^ t[0][t[k - 1][i] & 0xff];
  }
  return t;
}

constexpr Tables kTables = make_tables();

uint32_t byte_at(std::span<const std::byte> bytes, size_t i) {
  return std::to_integer<uint32_t>(bytes[i]);
}

}  // namespace

uint32_t crc32c(std::span<const std::byte> bytes, uint32_t before) {
  uint32_t value = ~before;
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    uint32_t next = 0;
    for (size_t k = 0; k < 8; ++k) {
      const uint32_t mixed = byte_at(bytes, k) ^ (k < 4 ? value >> (8 * k) & 0xff : 0);
      next ^= kTables[7 - k][mixed];
    }
    value = next;
  }
  for (const std::byte b : bytes)
    value = value >> 8 ^ kTables[0][(value ^ std::to_integer<uint32_t>(b)) & 0xff];
  return ~value;
}

Result<uint32_t> crc32c_of(const File& file) {
  TRY_SET(const FileIdentity id, file.identity());
  std::vector<std::byte> piece(1 << 20);
  uint32_t out = 0;
  for (uint64_t at = 0; at < id.size;) {
    const std::span<std::byte> part(piece.data(), std::min<uint64_t>(piece.size(), id.size - at));
    TRY(file.read(at, part));
    out = crc32c(part, out);
    at += part.size();
  }
  return out;
}

std::string crc32c_text(uint32_t checksum) {
  std::array<std::byte, 4> bytes = {};
  for (size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::byte>(checksum >> (24 - 8 * i));
  return base64_encode(bytes);
}

}  // namespace samara::hub

// SHA-256 around its blocks (sha256_blocks.h), CRC-32 (ISO 3309) by slices of eight bytes, and XXH64
// (xxHash fast digest algorithm 0.1.1).
#include "base/hash.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/sha256_blocks.h"

namespace samara {
namespace {

constexpr std::array<std::array<uint32_t, 256>, 8> crc_tables() {
  std::array<std::array<uint32_t, 256>, 8> out{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t c = i;
    for (int k = 0; k < 8; ++k) c = (c >> 1) ^ ((c & 1) ? 0xedb88320u : 0);
    out[0][i] = c;
  }
  for (size_t t = 1; t < 8; ++t)
    for (size_t i = 0; i < 256; ++i)
      out[t][i] = (out[t - 1][i] >> 8) ^ out[0][out[t - 1][i] & 0xff];
  return out;
}
constexpr auto kCrc = crc_tables();

}  // namespace

void Sha256::add(std::span<const std::byte> bytes) {
  const Sha256Blocks blocks = sha256_variants()[0].blocks;
  bytes_ += bytes.size();
  while (!bytes.empty()) {
    if (filled_ == 0 && bytes.size() >= 64) {
      const size_t count = bytes.size() / 64;
      blocks(state_.data(), bytes.data(), count);
      bytes = bytes.subspan(64 * count);
      continue;
    }
    const size_t n = std::min(bytes.size(), tail_.size() - filled_);
    std::memcpy(tail_.data() + filled_, bytes.data(), n);
    filled_ += n;
    bytes = bytes.subspan(n);
    if (filled_ == 64) {
      blocks(state_.data(), tail_.data(), 1);
      filled_ = 0;
    }
  }
}

std::array<std::byte, 32> Sha256::finish() {
  const uint64_t bits = bytes_ * 8;
  constexpr std::array<std::byte, 64> kPadding = {std::byte{0x80}};
  add(std::span(kPadding).first(filled_ < 56 ? 56 - filled_ : 120 - filled_));
  std::array<std::byte, 8> length;
  for (size_t i = 0; i < 8; ++i) length[i] = static_cast<std::byte>(bits >> (56 - 8 * i));
  add(length);
  std::array<std::byte, 32> out;
  for (size_t i = 0; i < 32; ++i)
    out[i] = static_cast<std::byte>(state_[i / 4] >> (24 - 8 * (i % 4)));
  return out;
}

std::string hex(std::span<const std::byte> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const std::byte b : bytes) {
    out += kDigits[std::to_integer<unsigned>(b) >> 4];
    out += kDigits[std::to_integer<unsigned>(b) & 15];
  }
  return out;
}

std::string sha256_hex(std::span<const std::byte> bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hex(hash.finish());
}

uint32_t crc32(std::span<const std::byte> bytes, uint32_t before) {
  uint32_t c = ~before;
  const auto at = [&](size_t i) { return std::to_integer<uint32_t>(bytes[i]); };
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    const uint32_t low = c ^ (at(0) | at(1) << 8 | at(2) << 16 | at(3) << 24);
    c = kCrc[7][low & 0xff] ^ kCrc[6][low >> 8 & 0xff] ^ kCrc[5][low >> 16 & 0xff] ^
        kCrc[4][low >> 24] ^ kCrc[3][at(4)] ^ kCrc[2][at(5)] ^ kCrc[1][at(6)] ^ kCrc[0][at(7)];
  }
  for (const std::byte b : bytes) c = (c >> 8) ^ kCrc[0][(c ^ std::to_integer<uint32_t>(b)) & 0xff];
  return ~c;
}

namespace {

constexpr uint64_t kPrime1 = 0x9e3779b185ebca87, kPrime2 = 0xc2b2ae3d27d4eb4f,
                   kPrime3 = 0x165667b19e3779f9, kPrime4 = 0x85ebca77c2b2ae63,
                   kPrime5 = 0x27d4eb2f165667c5;

/// Little-endian, as is every machine that this runs on.
template <class T>
uint64_t load(const std::byte* p) {
  T value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

uint64_t round_of(uint64_t lane, uint64_t value) {
  return std::rotl(lane + value * kPrime2, 31) * kPrime1;
}

}  // namespace

uint64_t xxh64(std::span<const std::byte> bytes) {
  const std::byte* p = bytes.data();
  size_t left = bytes.size();
  uint64_t hash = kPrime5;
  if (left >= 32) {
    uint64_t lanes[4] = {kPrime1 + kPrime2, kPrime2, 0, 0 - kPrime1};
    for (; left >= 32; left -= 32, p += 32)
      for (size_t i = 0; i < 4; ++i) lanes[i] = round_of(lanes[i], load<uint64_t>(p + 8 * i));
    hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
           std::rotl(lanes[3], 18);
    for (const uint64_t lane : lanes) hash = (hash ^ round_of(0, lane)) * kPrime1 + kPrime4;
  }
  hash += bytes.size();
  for (; left >= 8; left -= 8, p += 8)
    hash = std::rotl(hash ^ round_of(0, load<uint64_t>(p)), 27) * kPrime1 + kPrime4;
  for (; left >= 4; left -= 4, p += 4)
    hash = std::rotl(hash ^ load<uint32_t>(p) * kPrime1, 23) * kPrime2 + kPrime3;
  for (; left > 0; --left, ++p) hash = std::rotl(hash ^ load<uint8_t>(p) * kPrime5, 11) * kPrime1;
  hash = (hash ^ hash >> 33) * kPrime2;
  hash = (hash ^ hash >> 29) * kPrime3;
  return hash ^ hash >> 32;
}

}  // namespace samara

// Hashes: SHA-256 names content, CRC-32 is the checksum of zip archives, XXH64 that of our own caches.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace samara {

/// SHA-256 (FIPS 180-4), fed piece by piece; by the CPU's own instructions where it has them.
class Sha256 {
 public:
  void add(std::span<const std::byte> bytes);
  /// The digest of all that was added; the object is then used up.
  std::array<std::byte, 32> finish();

 private:
  std::array<uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::byte, 64> tail_ = {};
  size_t filled_ = 0;
  uint64_t bytes_ = 0;
};

/// Lower-case hexadecimal digits.
std::string hex(std::span<const std::byte> bytes);
/// The digest of `bytes` in hexadecimal.
std::string sha256_hex(std::span<const std::byte> bytes);

/// CRC-32 with the polynomial of zip and PNG; `before` is the checksum of what came before.
uint32_t crc32(std::span<const std::byte> bytes, uint32_t before = 0);

/// XXH64 with seed 0: finds accidents as fast as memory is read, and keeps nobody from forging.
uint64_t xxh64(std::span<const std::byte> bytes);

}  // namespace samara

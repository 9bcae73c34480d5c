#include "engine/ops/shared/farmhash.h"

#include <bit>
#include <cstring>
#include <utility>

namespace samara::ops {
namespace {

constexpr uint64_t k0 = 0xc3a5c85c97cb3127, k1 = 0xb492b66fbe98f273, k2 = 0x9ae16a3b2f90404f;

uint64_t load64(const char* at) {
  uint64_t v = 0;
  std::memcpy(&v, at, 8);
  return v;
}
uint64_t load32(const char* at) {
  uint32_t v = 0;
  std::memcpy(&v, at, 4);
  return v;
}
uint64_t mix(uint64_t v) { return v ^ (v >> 47); }
uint64_t join(uint64_t u, uint64_t v, uint64_t factor) {
  const uint64_t a = mix((u ^ v) * factor);
  return mix((v ^ a) * factor) * factor;
}

uint64_t up_to_16(const char* s, uint64_t size) {
  const uint64_t factor = k2 + size * 2;
  if (size >= 8) {
    const uint64_t a = load64(s) + k2, b = load64(s + size - 8);
    return join(std::rotr(b, 37) * factor + a, (std::rotr(a, 25) + b) * factor, factor);
  }
  if (size >= 4) return join(size + (load32(s) << 3), load32(s + size - 4), factor);
  if (size == 0) return k2;
  const auto byte = [&](uint64_t i) { return uint32_t(uint8_t(s[i])); };
  const uint32_t y = byte(0) + (byte(size >> 1) << 8);
  const uint32_t z = uint32_t(size) + (byte(size - 1) << 2);
  return mix(y * k2 ^ z * k0) * k2;
}

uint64_t up_to_32(const char* s, uint64_t size) {
  const uint64_t factor = k2 + size * 2;
  const uint64_t a = load64(s) * k1, b = load64(s + 8);
  const uint64_t c = load64(s + size - 8) * factor, d = load64(s + size - 16) * k2;
  return join(std::rotr(a + b, 43) + std::rotr(c, 30) + d, a + std::rotr(b + k2, 18) + c, factor);
}

uint64_t up_to_64(const char* s, uint64_t size) {
  const uint64_t factor = k2 + size * 2;
  const uint64_t a = load64(s) * k2, b = load64(s + 8);
  const uint64_t c = load64(s + size - 8) * factor, d = load64(s + size - 16) * k2;
  const uint64_t y = std::rotr(a + b, 43) + std::rotr(c, 30) + d;
  const uint64_t z = join(y, a + std::rotr(b + k2, 18) + c, factor);
  const uint64_t e = load64(s + 16) * factor, f = load64(s + 24);
  const uint64_t g = (y + load64(s + size - 32)) * factor;
  const uint64_t h = (z + load64(s + size - 24)) * factor;
  return join(std::rotr(e + f, 43) + std::rotr(g, 30) + h, e + std::rotr(f + a, 18) + g, factor);
}

struct Pair {
  uint64_t first = 0, second = 0;
};
/// A weak hash of 32 bytes.
Pair weak(const char* s, uint64_t a, uint64_t b) {
  a += load64(s);
  b = std::rotr(b + a + load64(s + 24), 21);
  const uint64_t c = a;
  a += load64(s + 8) + load64(s + 16);
  b += std::rotr(a, 44);
  return {a + load64(s + 24), b + c};
}

/// The state while 64 bytes after 64 bytes are taken in.
struct Long {
  uint64_t x, y, z;
  Pair v, w;
  void take(const char* s, uint64_t factor, uint64_t more_x, uint64_t more_v) {
    x = std::rotr(x + y + v.first + load64(s + 8), 37) * factor;
    y = std::rotr(y + v.second + load64(s + 48), 42) * factor;
    x ^= w.second * more_x;
    y += v.first * more_v + load64(s + 40);
    z = std::rotr(z + w.first, 33) * factor;
    v = weak(s, v.second * factor, x + w.first);
    w = weak(s + 32, z + w.second, y + load64(s + 16));
    std::swap(z, x);
  }
};

}  // namespace

uint64_t farm_fingerprint64(std::string_view bytes) {
  const char* s = bytes.data();
  const uint64_t size = bytes.size();
  if (size <= 16) return up_to_16(s, size);
  if (size <= 32) return up_to_32(s, size);
  if (size <= 64) return up_to_64(s, size);
  constexpr uint64_t kSeed = 81;
  Long l{.x = kSeed * k2 + load64(s), .y = kSeed * k1 + 113, .z = 0, .v = {}, .w = {}};
  l.z = mix(l.y * k2 + 113) * k2;
  const char* const end = s + (size - 1) / 64 * 64;
  for (; s != end; s += 64) l.take(s, k1, 1, 1);
  // The last 64 bytes, of which some were taken before.
  const uint64_t factor = k1 + ((l.z & 0xff) << 1);
  const uint64_t rest = (size - 1) & 63;
  l.w.first += rest;
  l.v.first += l.w.first;
  l.w.first += l.v.first;
  l.take(end + rest - 63, factor, 9, 9);
  return join(join(l.v.first, l.w.first, factor) + mix(l.y) * k0 + l.z,
              join(l.v.second, l.w.second, factor) + l.x, factor);
}

}  // namespace samara::ops

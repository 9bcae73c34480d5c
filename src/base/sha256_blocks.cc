// SHA-256's rounds as FIPS 180-4 states them, and by the instructions that x86 (SHA extensions) and
// ARMv8 (cryptographic extension) have for them. Sources: Intel's "SHA Extensions" paper of 2013 and
// SDM volume 2 (CPUID leaves 1 and 7), the Arm C Language Extensions, Linux arch/arm64 hwcap.h.
//
// Functions that need such instructions hold intrinsics alone: a template of the library that was
// instantiated in one could take its instructions to a CPU that has them not.
#include "base/sha256_blocks.h"

#include <array>
#include <bit>

#if defined(__x86_64__)
#define SAMARA_SHA_X86 1
#include <cpuid.h>
#include <immintrin.h>
#elif defined(__aarch64__) && (defined(__ARM_FEATURE_SHA2) || !defined(__clang__))
#define SAMARA_SHA_ARM 1
#include <arm_neon.h>
#if defined(__linux__)
#include <sys/auxv.h>
#endif
#endif

namespace samara {
namespace {

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
alignas(16) constexpr uint32_t kRound[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

uint32_t big_endian(const std::byte* at) {
  uint32_t out = 0;
  for (int i = 0; i < 4; ++i) out = out << 8 | std::to_integer<uint32_t>(at[i]);
  return out;
}

void portable_block(uint32_t* state, const std::byte* at) {
  std::array<uint32_t, 64> w;
  for (size_t i = 0; i < 16; ++i) w[i] = big_endian(at + 4 * i);
  for (size_t i = 16; i < 64; ++i) {
    const uint32_t a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + w[i - 7] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ (a >> 3)) +
           (std::rotr(b, 17) ^ std::rotr(b, 19) ^ (b >> 10));
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (size_t i = 0; i < 64; ++i) {
    const uint32_t t1 = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                        ((e & f) ^ (~e & g)) + kRound[i] + w[i];
    const uint32_t t2 =
        (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  const std::array<uint32_t, 8> add = {a, b, c, d, e, f, g, h};
  for (size_t i = 0; i < 8; ++i) state[i] += add[i];
}

void portable(uint32_t* state, const std::byte* at, size_t blocks) {
  for (; blocks > 0; --blocks, at += 64) portable_block(state, at);
}

#if defined(SAMARA_SHA_X86)

#define SAMARA_SHA_TARGET __attribute__((target("sha,sse4.1,ssse3")))

SAMARA_SHA_TARGET __m128i load(const void* at) {
  return _mm_loadu_si128(static_cast<const __m128i*>(at));
}
SAMARA_SHA_TARGET void store(void* at, __m128i value) {
  _mm_storeu_si128(static_cast<__m128i*>(at), value);
}

/// The next four words of the schedule, out of the sixteen before them.
SAMARA_SHA_TARGET __m128i extend(__m128i w0, __m128i w1, __m128i w2, __m128i w3) {
  const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4));
  return _mm_sha256msg2_epu32(sum, w3);
}

SAMARA_SHA_TARGET void x86_sha(uint32_t* state, const std::byte* at, size_t blocks) {
  // The instructions have the state as A B E F and C D G H, from the highest lane down.
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  const __m128i dcba = _mm_shuffle_epi32(load(state), 0xb1);
  const __m128i hgfe = _mm_shuffle_epi32(load(state + 4), 0x1b);
  __m128i abef = _mm_alignr_epi8(dcba, hgfe, 8);
  __m128i cdgh = _mm_blend_epi16(hgfe, dcba, 0xf0);
  for (; blocks > 0; --blocks, at += 64) {
    const __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i w[4];
    for (int i = 0; i < 4; ++i) w[i] = _mm_shuffle_epi8(load(at + 16 * i), swap);
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) {
      if (i >= 4) w[i & 3] = extend(w[i & 3], w[(i + 1) & 3], w[(i + 2) & 3], w[(i + 3) & 3]);
      const __m128i k = _mm_add_epi32(w[i & 3], load(kRound + 4 * i));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, k);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(k, 0x0e));
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  store(state, _mm_blend_epi16(feba, dchg, 0xf0));
  store(state + 4, _mm_alignr_epi8(dchg, feba, 8));
}

bool has_instructions() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return false;
  const bool sse = (c >> 9 & 1) != 0 && (c >> 19 & 1) != 0;  // SSSE3 and SSE4.1
  return sse && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1) != 0;
}
constexpr Sha256Variant kOwn = {"x86 SHA", x86_sha};

#elif defined(SAMARA_SHA_ARM)

#if defined(__ARM_FEATURE_SHA2)
#define SAMARA_SHA_TARGET
#else
#define SAMARA_SHA_TARGET __attribute__((target("+crypto")))
#endif

SAMARA_SHA_TARGET void arm_sha(uint32_t* state, const std::byte* at, size_t blocks) {
  uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4);
  for (; blocks > 0; --blocks, at += 64) {
    const uint32x4_t abcd_before = abcd, efgh_before = efgh;
    const auto* bytes = reinterpret_cast<const uint8_t*>(at);
    uint32x4_t w[4];
    for (int i = 0; i < 4; ++i) w[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(bytes + 16 * i)));
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) {
      if (i >= 4)
        w[i & 3] = vsha256su1q_u32(vsha256su0q_u32(w[i & 3], w[(i + 1) & 3]), w[(i + 2) & 3],
                                   w[(i + 3) & 3]);
      const uint32x4_t k = vaddq_u32(w[i & 3], vld1q_u32(kRound + 4 * i));
      const uint32x4_t before = abcd;
      abcd = vsha256hq_u32(abcd, efgh, k);
      efgh = vsha256h2q_u32(efgh, before, k);
    }
    abcd = vaddq_u32(abcd, abcd_before);
    efgh = vaddq_u32(efgh, efgh_before);
  }
  vst1q_u32(state, abcd);
  vst1q_u32(state + 4, efgh);
}

bool has_instructions() {
#if defined(__linux__)
  return (getauxval(AT_HWCAP) >> 6 & 1) != 0;  // HWCAP_SHA2
#else
  return true;  // where the compiler takes them for granted
#endif
}
constexpr Sha256Variant kOwn = {"ARMv8 SHA2", arm_sha};

#endif

constexpr Sha256Variant kVariants[] = {
#if defined(SAMARA_SHA_X86) || defined(SAMARA_SHA_ARM)
    kOwn,
#endif
    {"portable", portable}};

}  // namespace

std::span<const Sha256Variant> sha256_variants() {
#if defined(SAMARA_SHA_X86) || defined(SAMARA_SHA_ARM)
  static const bool has = has_instructions();
  return std::span(kVariants).subspan(has ? 0 : 1);
#else
  return kVariants;
#endif
}

}  // namespace samara

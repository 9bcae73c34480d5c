#include "fleet/io/crypto/aead.h"

#include <gtest/gtest.h>

#include "fleet/io/crypto/digest.h"

namespace samara::crypto {
namespace {

Bytes sealed(ByteView key, ByteView nonce, ByteView beside, ByteView plain) {
  Bytes out(plain.size() + kAeadTag);
  EXPECT_TRUE(aead_seal(key, nonce, beside, plain, out).ok());
  return out;
}

Code opened(ByteView key, ByteView nonce, ByteView beside, ByteView text, Bytes* out) {
  out->resize(text.size() - kAeadTag);
  const auto done = aead_open(key, nonce, beside, text, *out);
  return done.ok() ? Code::internal : done.error().code();
}

// Test case 16 of the GCM specification (McGrew, Viega).
TEST(Aead, gives_the_bits_of_the_standard) {
  const auto key = *from_hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  const auto nonce = *from_hex("cafebabefacedbaddecaf888");
  const auto beside = *from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const auto plain = *from_hex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
  EXPECT_EQ(sealed(key, nonce, beside, plain),
            *from_hex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                      "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                      "76fc6ece0f4e1768cddf8853bb2d551b"));
}

TEST(Aead, opens_what_was_sealed_and_nothing_else) {
  Bytes key(kAeadKey), nonce(kAeadNonce), plain(1000), out;
  ASSERT_TRUE(random_bytes(plain).ok());
  const Bytes good = sealed(key, nonce, bytes_of("1"), plain);
  EXPECT_EQ(opened(key, nonce, bytes_of("1"), good, &out), Code::internal);
  EXPECT_EQ(out, plain);
  EXPECT_EQ(opened(key, nonce, bytes_of("2"), good, &out), Code::data_loss);
  for (const size_t at : {size_t{0}, size_t{500}, good.size() - 1}) {
    Bytes bad = good;
    bad[at] ^= std::byte{1};
    EXPECT_EQ(opened(key, nonce, bytes_of("1"), bad, &out), Code::data_loss);
  }
  Bytes other = key;
  other[31] ^= std::byte{1};
  EXPECT_EQ(opened(other, nonce, bytes_of("1"), good, &out), Code::data_loss);
  other = nonce;
  other[0] ^= std::byte{1};
  EXPECT_EQ(opened(key, other, bytes_of("1"), good, &out), Code::data_loss);
  const Bytes empty = sealed(key, nonce, {}, {});
  EXPECT_EQ(opened(key, nonce, {}, empty, &out), Code::internal);
}

TEST(Aead, refuses_wrong_sizes) {
  Bytes key(kAeadKey), nonce(kAeadNonce), plain(10), out(26);
  const auto code = [&](ByteView k, ByteView n, std::span<std::byte> o) {
    return aead_seal(k, n, {}, plain, o).error().code();
  };
  EXPECT_EQ(code(std::span(key).first(16), nonce, out), Code::invalid_argument);
  EXPECT_EQ(code(key, std::span(nonce).first(8), out), Code::invalid_argument);
  EXPECT_EQ(code(key, nonce, std::span(out).first(25)), Code::invalid_argument);
  EXPECT_EQ(aead_open(key, nonce, {}, std::span(out).first(3), {}).error().code(),
            Code::invalid_argument);
}

}  // namespace
}  // namespace samara::crypto

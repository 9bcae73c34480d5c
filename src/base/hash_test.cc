// Hashes against the examples of their standards.
#include "base/hash.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace samara {
namespace {

std::span<const std::byte> bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

TEST(Hash, sha256_of_the_examples_of_fips_180) {
  EXPECT_EQ(sha256_hex(bytes("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex(bytes("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(bytes(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Hash, sha256_in_pieces_is_that_of_the_whole) {
  const std::string text(1000, 'x');
  for (size_t piece = 1; piece < 200; ++piece) {
    Sha256 hash;
    for (size_t at = 0; at < text.size(); at += piece)
      hash.add(bytes(std::string_view(text).substr(at, piece)));
    EXPECT_EQ(hex(hash.finish()), sha256_hex(bytes(text))) << piece;
  }
}

TEST(Hash, crc32_of_the_check_value) {
  EXPECT_EQ(crc32(bytes("123456789")), 0xcbf43926u);
  EXPECT_EQ(crc32(bytes("")), 0u);
  const std::string_view text = "The quick brown fox jumps over the lazy dog";
  EXPECT_EQ(crc32(bytes(text)), 0x414fa339u);
  for (size_t i = 0; i <= text.size(); ++i)
    EXPECT_EQ(crc32(bytes(text.substr(i)), crc32(bytes(text.substr(0, i)))), 0x414fa339u) << i;
}

}  // namespace
}  // namespace samara

// Hashes against the examples of their standards.
#include "base/hash.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/sha256_blocks.h"

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

TEST(Hash, every_way_of_sha256_is_the_portable_one) {
  const auto variants = sha256_variants();
  ASSERT_FALSE(variants.empty());
  const Sha256Blocks oracle = variants.back().blocks;
  std::mt19937 random(7);
  for (const Sha256Variant& variant : variants) {
    std::printf("SHA-256 by %.*s\n", static_cast<int>(variant.name.size()), variant.name.data());
    for (int i = 0; i < 2000; ++i) {
      const size_t blocks = random() % 9, shift = random() % 16;
      std::vector<std::byte> data(64 * blocks + shift);
      for (std::byte& b : data) b = static_cast<std::byte>(random());
      std::array<uint32_t, 8> a, b;
      for (size_t k = 0; k < 8; ++k) a[k] = b[k] = static_cast<uint32_t>(random());
      oracle(a.data(), data.data() + shift, blocks);
      variant.blocks(b.data(), data.data() + shift, blocks);
      ASSERT_EQ(a, b) << variant.name << ", " << blocks << " blocks, " << shift << " bytes off";
    }
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

TEST(Hash, xxh64_of_every_length_of_tail) {
  EXPECT_EQ(xxh64(bytes("")), 0xef46db3751d8e999u);
  EXPECT_EQ(xxh64(bytes("a")), 0xd24ec4f1a98c6e5bu);
  EXPECT_EQ(xxh64(bytes("abc")), 0x44bc2cf5ad770999u);
  EXPECT_EQ(xxh64(bytes("Nobody inspects the spammish repetition")), 0xfbcea83c8a378bf1u);
}

}  // namespace
}  // namespace samara

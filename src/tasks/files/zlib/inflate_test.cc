// inflate(): sound streams, and streams that are cut, longer, shorter or damaged.
#include "samara/files/inflate.h"

#include <gtest/gtest.h>

#include <string>

namespace samara::files {
namespace {

using namespace std::string_literals;

const std::string kStored = "\x01\x05\x00\xfa\xffhello"s;
// 20 times "samara ", by zlib's deflate at level 9.
const std::string kPacked = "\x2b\x4e\xcc\x4d\x2c\x4a\x54\x28\x1e\x0c\x14\x00"s;

Result<std::string> unpack(const std::string& deflated, size_t size) {
  std::string out(size, '?');
  Status status =
      inflate(std::as_bytes(std::span(deflated)), std::as_writable_bytes(std::span(out)));
  if (!status.ok()) return std::move(status).error();
  return out;
}

TEST(inflate, unpacks) {
  EXPECT_EQ(unpack(kStored, 5).value(), "hello");
  std::string twenty;
  for (int i = 0; i < 20; ++i) twenty += "samara ";
  EXPECT_EQ(unpack(kPacked, 140).value(), twenty);
  EXPECT_EQ(unpack("\x03\x00"s, 0).value(), "");  // an empty stream
}

TEST(inflate, through_the_hook) {
  std::string out(5, '?');
  EXPECT_TRUE(
      inflate_hook()(std::as_bytes(std::span(kStored)), std::as_writable_bytes(std::span(out)))
          .ok());
  EXPECT_EQ(out, "hello");
  EXPECT_EQ(&inflate_hook(), &inflate_hook());
}

TEST(inflate, refuses_another_size) {
  for (const size_t size : {0, 1, 139, 141, 1000})
    EXPECT_EQ(unpack(kPacked, size).error().code(), Code::data_loss) << size;
}

TEST(inflate, refuses_every_truncation_and_what_follows) {
  for (size_t size = 0; size < kPacked.size(); ++size)
    EXPECT_EQ(unpack(kPacked.substr(0, size), 140).error().code(), Code::data_loss) << size;
  EXPECT_EQ(unpack(kPacked + "x", 140).error().code(), Code::data_loss);
}

TEST(inflate, stands_damage_at_every_bit) {
  size_t refused = 0;
  for (size_t bit = 0; bit < kPacked.size() * 8; ++bit) {
    std::string bytes = kPacked;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    refused += unpack(bytes, 140).ok() ? 0 : 1;
  }
  EXPECT_GT(refused, kPacked.size());
}

}  // namespace
}  // namespace samara::files

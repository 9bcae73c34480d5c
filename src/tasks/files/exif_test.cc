// The EXIF reader on blocks by hand: both byte orders, and blocks that lie.
#include "tasks/files/exif.h"

#include <gtest/gtest.h>

#include <string>

namespace samara::files {
namespace {

using namespace std::string_literals;

int read(const std::string& block) {
  return static_cast<int>(exif_orientation(std::as_bytes(std::span(block))));
}

const std::string kLittle =
    "II*\0\x08\0\0\0\x02\0"s
    "\x0f\x01\x02\0\x01\0\0\0abc\0"s  // another entry before it
    "\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"s;
const std::string kBig =
    "MM\0*\0\0\0\x08\0\x01"s
    "\x01\x12\0\x03\0\0\0\x01\0\x08\0\0"s;

TEST(exif, reads_both_byte_orders_with_and_without_its_name) {
  EXPECT_EQ(read(kLittle), 6);
  EXPECT_EQ(read("Exif\0\0"s + kLittle), 6);
  EXPECT_EQ(read(kBig), 8);
  EXPECT_EQ(read("Exif\0\0"s + kBig), 8);
}

TEST(exif, is_upright_where_the_block_is_cut_short) {
  for (size_t size = 0; size < kLittle.size(); ++size)
    EXPECT_EQ(read(kLittle.substr(0, size)), 1) << size;
}

TEST(exif, is_upright_where_the_block_lies) {
  const auto with = [](std::string block, size_t at, char value) {
    block[at] = value;
    return read(block);
  };
  EXPECT_EQ(with(kLittle, 30, 0), 1);  // no such orientation
  EXPECT_EQ(with(kLittle, 30, 9), 1);
  EXPECT_EQ(with(kLittle, 24, 4), 1);      // not a SHORT
  EXPECT_EQ(with(kLittle, 26, 2), 1);      // two values
  EXPECT_EQ(with(kLittle, 4, '\xff'), 1);  // directory outside
  EXPECT_EQ(with(kLittle, 7, '\xff'), 1);
  EXPECT_EQ(with(kLittle, 8, 0), 1);       // no entries
  EXPECT_EQ(with(kLittle, 9, '\xff'), 6);  // more entries than there are, found before
  EXPECT_EQ(read("JJ*\0"s + kLittle.substr(4)), 1);
}

}  // namespace
}  // namespace samara::files

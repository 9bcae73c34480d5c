#include "engine/ops/shared/letters.h"

#include <gtest/gtest.h>

namespace samara::ops {
namespace {

TEST(letters, are_those_of_unicode) {
  for (const char32_t c : U"azAZ\u00aa\u00b5\u0416\u3042\u4e00\uac00\U00010400\U00020000")
    EXPECT_EQ(is_letter(c), c != 0) << uint32_t(c);
  for (const char32_t c : U"09 _@[`{\u00d7\u0300\u2160\ufffd\U0001f600\U0010ffff")
    EXPECT_FALSE(is_letter(c)) << uint32_t(c);
}

TEST(letters, have_lower_case) {
  const struct {
    char32_t upper, lower;
  } cases[] = {{U'A', U'a'},    {U'Z', U'z'},       {0xc0, 0xe0},     {0x100, 0x101},
               {0x101, 0x101},  {0x178, 0xff},      {0x1c4, 0x1c6},   {0x1c5, 0x1c6},
               {0x391, 0x3b1},  {0x411, 0x431},     {0x10a0, 0x2d00}, {0x1e9e, 0xdf},
               {0x212a, U'k'},  {0x10400, 0x10428}, {U'a', U'a'},     {0x3042, 0x3042},
               {0x4e00, 0x4e00}};
  for (const auto& [upper, lower] : cases) EXPECT_EQ(lower_case(upper), lower) << uint32_t(upper);
}

}  // namespace
}  // namespace samara::ops

// UTF-8: the borders of table 3-7 of the Unicode standard.
#include "base/utf8.h"

#include <gtest/gtest.h>

namespace samara {
namespace {

TEST(Utf8, takes_what_is_well_formed) {
  for (const std::string_view good :
       {"", "plain", "gr\xc3\xbc\xc3\x9f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
        "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
    EXPECT_EQ(repair_utf8(good), good);
  }
}

TEST(Utf8, refuses_what_is_not) {
  for (const std::string_view bad :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe2\x82",
        "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "ok\xfe"}) {
    EXPECT_FALSE(is_utf8(bad));
    EXPECT_TRUE(is_utf8(repair_utf8(bad)));
  }
}

TEST(Utf8, repair_keeps_the_rest) {
  EXPECT_EQ(repair_utf8("a\xff"
                        "b\xc3\xbc"),
            "a\xef\xbf\xbd"
            "b\xc3\xbc");
}

TEST(Utf8, reads_characters_as_libutf_does) {
  const auto reads = [](std::string_view text, char32_t code, size_t bytes) {
    const Utf8Character c = first_character(text);
    EXPECT_EQ(c.code, code) << text;
    EXPECT_EQ(c.bytes, bytes) << text;
  };
  reads("ab", 'a', 1);
  reads("\xc3\xbcx", 0xfc, 2);
  reads("\xe2\x82\xac", 0x20ac, 3);
  reads("\xed\xa0\x80", 0xd800, 3);
  reads("\xf0\x9f\x98\x80", 0x1f600, 4);
  reads("\xef\xbf\xbd", kNoCharacter, 3);
  for (const std::string_view bad :
       {"\x80x", "\xffx", "\xc0\x80", "\xe0\x80\x80", "\xe2x", "\xf8\x80\x80\x80"})
    reads(bad, kNoCharacter, 1);
  for (const std::string_view cut : {"\xc3", "\xe2\x82", "\xf0\x9f\x98"})
    reads(cut, kNoCharacter, 0);
}

}  // namespace
}  // namespace samara

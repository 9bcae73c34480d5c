#include "base/words.h"

#include <gtest/gtest.h>

namespace samara {
namespace {

TEST(words, are_trimmed_of_blanks_around_them) {
  for (const char* text : {"a b", " a b", "a b\t", "\r\n a b \t\n"}) EXPECT_EQ(trim(text), "a b");
  for (const char* text : {"", " ", "\t\r\n "}) EXPECT_EQ(trim(text), "");
}

TEST(words, are_lowered_as_ascii_alone) {
  EXPECT_EQ(lower(std::string_view("Content-TYPE [@`{ \xC4\xFF")), "content-type [@`{ \xC4\xFF");
}

TEST(words, are_the_same_whatever_their_case) {
  EXPECT_TRUE(same_word("GZip", "gzIP"));
  EXPECT_TRUE(same_word("", ""));
  EXPECT_FALSE(same_word("gzip", "gzi"));
  EXPECT_FALSE(same_word("gzip", "gzips"));
  EXPECT_FALSE(same_word("@", "`"));  // a bit apart, and no letters
}

}  // namespace
}  // namespace samara

// Percent-encoding and base64.
#include "base/url.h"

#include <gtest/gtest.h>

#include "base/base64.h"

namespace samara {
namespace {

std::string base64(std::string_view text) {
  return base64_encode(std::as_bytes(std::span(text.data(), text.size())));
}

TEST(url, decodes_and_encodes) {
  EXPECT_EQ(url_decode("a%2Fb%20c+d", false), "a/b c+d");
  EXPECT_EQ(url_decode("a+b%2B", true), "a b+");
  for (const char* bad : {"%", "%4", "a%4", "%zz", "%-1"})
    EXPECT_FALSE(url_decode(bad, true)) << bad;
  EXPECT_EQ(url_encode("a/b c~é"), "a%2Fb%20c~%C3%A9");
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(url_decode(url_encode(all), true), all);
}

TEST(url, is_shown_without_what_may_be_secret) {
  EXPECT_EQ(shown_url("https://h/a/b.tflite?Signature=x&y=1#z"), "https://h/a/b.tflite");
  EXPECT_EQ(shown_url("https://me:word@h:1/a?b"), "https://h:1/a");
  EXPECT_EQ(shown_url("https://me:wo@rd@h"), "https://h");
  EXPECT_EQ(shown_url("https://h/a@b"), "https://h/a@b");
  EXPECT_EQ(shown_url("https://h#a@b"), "https://h");
  for (const char* same : {"", "x", "https://", "h@x", "https://h/"})
    EXPECT_EQ(shown_url(same), same);
}

TEST(base64, agrees_with_the_vectors_of_rfc_4648) {
  const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : cases) {
    EXPECT_EQ(base64(plain), coded);
    EXPECT_EQ(base64_decode(coded), plain);
  }
  EXPECT_EQ(base64_decode("-_-_"), base64_decode("+/+/"));
  const std::string all = *base64_decode("+/+/Zg==");
  EXPECT_EQ(base64url_encode(std::as_bytes(std::span(all))), "-_-_Zg");
  EXPECT_EQ(base64_decode("Zg"), "f");
  for (const char* bad : {"Z", "Zg===", "Zm9v!", "Zm 9v", "=", "Z=g="})
    EXPECT_FALSE(base64_decode(bad)) << bad;
}

}  // namespace
}  // namespace samara

// Signed links and assertions, made here with a key as Google's clients make them.
#include "hub/firebase/link.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/url.h"
#include "fleet/io/crypto/key.h"
#include "hub/firebase/assertion.h"

namespace samara::hub {
namespace {

constexpr int64_t kTime = 1'795'273'445;  // 2026-11-21 15:04:05

class Signed : public ::testing::Test {
 protected:
  void SetUp() override {
    auto key = crypto::PrivateKey::generate(crypto::KeyKind::rsa, 2048);
    if (!key.ok()) GTEST_SKIP() << key.error().brief();
    key_.emplace(std::move(*key));
    pem_ = *key_->public_key()->pem();
  }
  crypto::Bytes sign(const std::string& text) {
    return *key_->sign(crypto::Scheme::rsa_pkcs1_sha256, crypto::bytes_of(text));
  }
  std::string v4(const std::string& host, const std::string& signed_host) {
    const std::string query = cat(
        "X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=me%40p%2F20261121%2Fauto%2Fstorage",
        "%2Fgoog4_request&X-Goog-Date=20261121T150405Z&X-Goog-Expires=600&X-Goog-SignedHeaders="
        "host");
    const std::string request =
        cat("GET\n/bucket/a%20b/c\n", query, "\nhost:", signed_host, "\n\nhost\nUNSIGNED-PAYLOAD");
    const std::string text = cat("GOOG4-RSA-SHA256\n20261121T150405Z\n20261121/auto/storage/",
                                 "goog4_request\n", sha256_hex(std::as_bytes(std::span(request))));
    return cat("https://", host, "/bucket/a%20b/c?", query, "&X-Goog-Signature=", hex(sign(text)));
  }
  std::optional<crypto::PrivateKey> key_;
  std::string pem_;
};

TEST_F(Signed, links_of_the_fourth_form) {
  for (const char* signed_host : {"hub:8080", "hub"}) {  // Python signs the port, Node does not
    const auto link = read_link(v4("hub:8080", signed_host));
    ASSERT_TRUE(link.ok()) << link.error().text();
    EXPECT_EQ(link->bucket, "bucket");
    EXPECT_EQ(link->object, "a b/c");
    EXPECT_EQ(link->email, "me@p");
    EXPECT_EQ(link->from, kTime);
    EXPECT_TRUE(check_link(*link, pem_, kTime + 599).ok());
    EXPECT_FALSE(check_link(*link, pem_, kTime + 600).ok());
    EXPECT_FALSE(check_link(*link, pem_, kTime - 1000).ok());
  }
  EXPECT_FALSE(check_link(*read_link(v4("hub", "other")), pem_, kTime).ok());
  const std::string other =
      *crypto::PrivateKey::generate(crypto::KeyKind::rsa, 2048)->public_key()->pem();
  const Status refused = check_link(*read_link(v4("hub", "hub")), other, kTime);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), Code::permission_denied);
}

TEST_F(Signed, links_of_the_second_form) {
  const auto signature = sign(cat("GET\n\n\n", kTime, "\n/bucket/a%20b"));
  const auto link = read_link(cat("https://h/bucket/a%20b?GoogleAccessId=me%40p&Expires=", kTime,
                                  "&Signature=", url_encode(base64_encode(signature))));
  ASSERT_TRUE(link.ok()) << link.error().text();
  EXPECT_TRUE(check_link(*link, pem_, kTime - 1).ok());
  EXPECT_FALSE(check_link(*link, pem_, kTime).ok());
}

TEST(links, that_are_none) {
  for (const char* bad :
       {"", "x", "gs://b/o", "file:///etc/passwd", "https://h", "https://h/b/o", "https://h?a=b/c",
        "https://h/b?X-Goog-Signature=00", "https://h//o?Signature=a", "https://h/b/?Signature=a",
        "https://h/b/o?GoogleAccessId=a&Expires=-1&Signature=AAAA",
        "https://h/b/o?GoogleAccessId=a&Expires=1&Signature=A", "https://h/b/o?GoogleAccessId=%4",
        "https://h/%zz/o?GoogleAccessId=a&Expires=1&Signature=AAAA",
        "https://h/b/o?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=a/b&X-Goog-Date=now"})
    EXPECT_FALSE(read_link(bad).ok()) << bad;
  EXPECT_FALSE(read_link("https://h/b/o?" + std::string(9000, 'a')).ok());
}

TEST_F(Signed, assertions) {
  const auto token = [&](const std::string& claims, const char* head = R"({"alg":"RS256"})") {
    const auto coded = [](std::string_view text) {
      std::string out = base64_encode(std::as_bytes(std::span(text.data(), text.size())));
      while (out.ends_with('=')) out.pop_back();
      return out;
    };
    const std::string text = coded(head) + "." + coded(claims);
    return text + "." + base64_encode(sign(text));
  };
  const auto claims = [](std::string_view audience, int64_t from, int64_t until) {
    return cat(R"({"iss":"me","aud":")", audience, R"(","iat":)", from, R"(,"exp":)", until, "}");
  };
  const auto check = [&](const std::string& text) {
    const auto read = read_assertion(token(text));
    return read.ok() ? check_assertion(*read, pem_, "http://h/token", kTime) : read.error();
  };
  EXPECT_TRUE(check(claims("http://h/token", kTime, kTime + 3600)).ok());
  EXPECT_TRUE(check(claims("https://oauth2.googleapis.com/token", kTime, kTime + 3600)).ok());
  for (const std::string& bad :
       {claims("http://other/token", kTime, kTime + 3600),
        claims("http://h/token", kTime, kTime + 9999),
        claims("http://h/token", kTime + 400, kTime + 500), claims("http://h/token", 1, 2),
        claims("http://h/token", -5, kTime), std::string("{}")}) {
    const Status refused = check(bad);
    ASSERT_FALSE(refused.ok()) << bad;
    EXPECT_EQ(refused.error().code(), Code::permission_denied) << bad;
  }
  EXPECT_FALSE(read_assertion(token("{}", R"({"alg":"none"})")).ok());
  EXPECT_FALSE(read_assertion(token("[]")).ok());
  for (const char* bad : {"", ".", "..", "a.b", "a.b.c", "e30.e30.AAAA", "!.!.!"})
    EXPECT_FALSE(read_assertion(bad).ok()) << bad;
}

}  // namespace
}  // namespace samara::hub

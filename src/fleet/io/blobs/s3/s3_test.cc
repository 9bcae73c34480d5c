// S3-compatible storage without one: addresses, keys, signatures against published examples, answers.
// tests/e2e/s3_hub.py runs a hub against a real one.
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/hash.h"
#include "base/text.h"
#include "fleet/io/blobs/s3/address.h"
#include "fleet/io/blobs/s3/answers.h"

namespace samara::blobs::s3 {
namespace {

const std::string kEmpty = sha256_hex({});

// The examples of docs.aws.amazon.com, "Signature Calculations for the Authorization Header:
// Transferring Payload in a Single Chunk".
const Credentials kExample{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""};
Signed example(const std::string& method, const std::string& path, Pairs query = {},
               Pairs headers = {}, const std::string& payload = kEmpty) {
  headers.insert(headers.end(), {{"host", "examplebucket.s3.amazonaws.com"},
                                 {"x-amz-content-sha256", payload},
                                 {"x-amz-date", "20130524T000000Z"}});
  return {method,      path, std::move(query), std::move(headers), payload, "20130524T000000Z",
          "us-east-1", "s3"};
}
std::string signature(const Signed& request, const Credentials& credentials = kExample) {
  const std::string all = authorization(request, credentials).value();
  return all.substr(all.find("Signature=") + 10);
}

TEST(S3Signature, is_that_of_the_published_examples) {
  EXPECT_EQ(signature(example("GET", "/test.txt", {}, {{"range", "bytes=0-9"}})),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  const std::string welcome = "Welcome to Amazon S3.";
  EXPECT_EQ(signature(example("PUT", "/test%24file.text", {},
                              {{"date", "Fri, 24 May 2013 00:00:00 GMT"},
                               {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                              sha256_hex(std::as_bytes(std::span(welcome))))),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  EXPECT_EQ(signature(example("GET", "/", {{"lifecycle", ""}})),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  EXPECT_EQ(signature(example("GET", "/", {{"prefix", "J"}, {"max-keys", "2"}})),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST(S3Signature, is_that_of_the_published_test_suite) {
  // "get-vanilla" of the suite for version 4.
  const Credentials keys{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};
  const Signed request{
      "GET",       "/",
      {},          {{"host", "example.amazonaws.com"}, {"x-amz-date", "20150830T123600Z"}},
      kEmpty,      "20150830T123600Z",
      "us-east-1", "service"};
  EXPECT_EQ(authorization(request, keys).value(),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
            "SignedHeaders=host;x-amz-date,"
            "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

TEST(S3Signature, changes_with_everything) {
  const Signed one = example("GET", "/a");
  std::vector<Signed> others(8, one);
  others[0].method = "PUT";
  others[1].path = "/b";
  others[2].query = {{"a", ""}};
  others[3].headers[0].second = "b";
  others[4].payload_hash[0] = 'f';
  others[5].time = "20130525T000000Z";
  others[6].region = "eu-west-1";
  others[7].service = "other";
  for (const Signed& other : others) EXPECT_NE(signature(one), signature(other));
  EXPECT_NE(signature(one), signature(one, {kExample.id, kExample.secret + "x", ""}));
}

TEST(S3Signature, queries_are_encoded_and_sorted) {
  EXPECT_EQ(query_text({{"b", "2 /"}, {"a", ""}, {"b", "1+"}}), "a=&b=1%2B&b=2%20%2F");
  EXPECT_EQ(query_text({}), "");
  EXPECT_EQ(time_text(1369353600), "20130524T000000Z");
}

TEST(S3Address, is_read) {
  ::unsetenv("AWS_REGION");
  const auto read =
      read_address("s3://models/a/b?endpoint=http%3A%2F%2Flocalhost:7070&region=eu-1");
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read->bucket, "models");
  EXPECT_EQ(read->prefix, "a/b/");
  EXPECT_EQ(read->endpoint, "http://localhost:7070");
  EXPECT_EQ(read->region, "eu-1");
  EXPECT_EQ(read_address("s3://abc?endpoint=https://[::1]:1/")->endpoint, "https://[::1]:1");
  const auto plain = read_address("s3://models");
  EXPECT_EQ(plain->prefix, "");
  EXPECT_EQ(plain->endpoint, "https://s3.us-east-1.amazonaws.com");
}

TEST(S3Address, what_is_none_is_refused) {
  for (const char* bad : {"",
                          "models",
                          "s3:/models",
                          "http://models",
                          "s3://",
                          "s3://ab",
                          "s3:///a",
                          "s3://Models",
                          "s3://a..b",
                          "s3://abc/../x",
                          "s3://abc/a//b",
                          "s3://abc/a b",
                          "s3://abc?endpoint=",
                          "s3://abc?endpoint=ftp://a",
                          "s3://abc?endpoint=https://user@a",
                          "s3://abc?endpoint=https://a/b",
                          "s3://abc?endpoint=https://",
                          "s3://abc?region=../x",
                          "s3://abc?secret=x",
                          "s3://abc?endpoint=https://a%0d%0ab",
                          "s3://abc?endpoint=%"}) {
    const auto read = read_address(bad);
    if (std::string_view(bad) == "s3://abc?endpoint=" || std::string_view(bad).ends_with("=%")) {
      // Empty is as if it were not there.
      ASSERT_TRUE(read.ok()) << bad;
      EXPECT_EQ(read->endpoint, "https://s3.us-east-1.amazonaws.com");
      continue;
    }
    ASSERT_FALSE(read.ok()) << bad;
    EXPECT_EQ(read.error().code(), Code::invalid_argument) << bad;
  }
}

TEST(S3Address, keys_come_from_a_file) {
  const std::string file =
      "# mine\n[default]\naws_access_key_id = A\naws_secret_access_key=B=\n\n"
      "[ci]\r\naws_access_key_id=C\r\naws_secret_access_key=D\r\naws_session_token=E\r\n[half]\n"
      "aws_access_key_id=F";
  EXPECT_EQ(read_credentials(file, "default")->secret, "B=");
  EXPECT_EQ(read_credentials(file, "ci")->secret, "D");
  EXPECT_EQ(read_credentials(file, "ci")->token, "E");
  EXPECT_EQ(read_credentials(file, "default")->token, "");
  for (const char* bad : {"half", "none", "", "default]"}) {
    const auto read = read_credentials(file, bad);
    ASSERT_FALSE(read.ok()) << bad;
    EXPECT_EQ(read.error().text().find("B="), std::string::npos);
  }
  EXPECT_FALSE(read_credentials("", "default").ok());
}

TEST(S3Answers, lists_are_read) {
  const std::string entry =
      "<Contents><Key>a&amp;b</Key><LastModified>2026-11-21T15:04:05.000Z</LastModified>"
      "<ETag>&quot;x&quot;</ETag><Size>12</Size></Contents>";
  const auto page = read_page(
      "<?xml?><ListBucketResult xmlns=\"x\"><IsTruncated>true</IsTruncated>" + entry + entry +
      "<NextContinuationToken>a/b=&gt;</NextContinuationToken>"
      "</ListBucketResult>");
  ASSERT_TRUE(page.ok()) << page.error().text();
  ASSERT_EQ(page->objects.size(), 2u);
  EXPECT_EQ(page->objects[0].key, "a&b");
  EXPECT_EQ(page->objects[1].size, 12u);
  EXPECT_EQ(page->objects[1].modified, 1795273445);
  EXPECT_EQ(page->next, "a/b=>");
  const auto none = read_page("<ListBucketResult></ListBucketResult>");
  EXPECT_TRUE(none->objects.empty());
  EXPECT_EQ(none->next, "");
  const std::string open = "<ListBucketResult>", close = "</ListBucketResult>";
  for (const std::string& bad :
       {std::string(), std::string("<html>"), open, open + "<Contents></Contents>" + close,
        open +
            "<Contents><Key>a</Key><Size>-1</Size><LastModified>2026-11-21T15:04:05Z"
            "</LastModified></Contents>" +
            close,
        open + "<Contents><Key>a</Key><Size>1</Size><LastModified>soon</LastModified></Contents>" +
            close,
        open + "<IsTruncated>true</IsTruncated>" + close}) {
    const auto read = read_page(bad);
    ASSERT_FALSE(read.ok()) << bad;
    EXPECT_EQ(read.error().code(), Code::data_loss);
  }
}

TEST(S3Answers, times_and_reasons_are_read) {
  EXPECT_EQ(time_of("Sat, 21 Nov 2026 15:04:05 GMT"), 1795273445);
  EXPECT_EQ(time_of("2026-11-21T15:04:05.123Z"), 1795273445);
  EXPECT_EQ(time_of("2026-11-21T15:04:05Z"), 1795273445);
  for (const char* bad : {"", "yesterday", "2026-11-21", "2026-11-21T15:04:05+01:00"})
    EXPECT_FALSE(time_of(bad)) << bad;
  EXPECT_EQ(reason_of("<Error><Code>AccessDenied</Code><Message>no</Message></Error>"),
            "AccessDenied: no");
  EXPECT_EQ(reason_of("Bad Gateway"), "");
}

}  // namespace
}  // namespace samara::blobs::s3

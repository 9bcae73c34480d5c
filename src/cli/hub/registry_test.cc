// Addresses of artifacts and what registries ask for. tests/e2e/oci_test.py imports from a real one.
#include "cli/hub/registry.h"

#include <gtest/gtest.h>

namespace samara::cli {
namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');

TEST(Reference, is_read) {
  const auto read = read_reference("oci://hub.example:8080/default/digits:1.0.0");
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read->address, "https://hub.example:8080");
  EXPECT_EQ(read->repository, "default/digits");
  EXPECT_EQ(read->reference, "1.0.0");
  EXPECT_EQ(read_reference("oci://h/a")->reference, "latest");
  EXPECT_EQ(read_reference("oci+http://[::1]:7/a/b/c")->address, "http://[::1]:7");
  EXPECT_EQ(read_reference("oci://h/a@" + kDigest)->reference, kDigest);
}

TEST(Reference, that_is_none_is_refused) {
  for (const char* bad :
       {"", "oci://", "oci://host", "oci://host/", "oci:///a", "https://h/a:1",
        "oci://h/a:", "oci://h/a:b:c", "oci://h/a@sha256:00", "oci://h/../a:1", "oci://h/a//b:1",
        "oci://user@h/a:1", "oci://h/a b:1", "oci://h/a?x:1", "oci://h\r\n/a:1", "oci://h/a#:1"}) {
    const auto read = read_reference(bad);
    ASSERT_FALSE(read.ok()) << bad;
    EXPECT_EQ(read.error().code(), Code::invalid_argument);
  }
}

TEST(Challenge, is_read) {
  const Challenge token = read_challenge(
      "Bearer "
      "realm=\"https://auth.example/token\",service=\"registry\",scope=\"repository:a:pull\"");
  EXPECT_EQ(token.realm, "https://auth.example/token");
  EXPECT_EQ(token.service, "registry");
  EXPECT_EQ(token.scope, "repository:a:pull");
  EXPECT_FALSE(token.basic);
  EXPECT_TRUE(read_challenge("Basic realm=\"x\"").basic);
  for (const char* bad :
       {"", "Digest realm=\"x\"", "Bearer", "Bearer realm=x", "Bearer realm=\""}) {
    EXPECT_EQ(read_challenge(bad).realm, "") << bad;
    EXPECT_FALSE(read_challenge(bad).basic);
  }
}

}  // namespace
}  // namespace samara::cli

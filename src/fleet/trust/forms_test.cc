// Canonical JSON, times, names, patterns, and what is written.
#include <gtest/gtest.h>

#include "fleet/trust/canonical.h"
#include "fleet/trust/names.h"
#include "fleet/trust/repository_test.h"
#include "fleet/trust/utc.h"
#include "fleet/trust/write.h"

namespace samara::trust {
namespace {

std::string canonical_of(std::string_view text) {
  const auto out = canonical(json::parse(text).value());
  return out.ok() ? *out : "error";
}

TEST(canonical, is_what_securesystemslib_writes) {
  EXPECT_EQ(canonical_of(R"({"y": 2, "x": [1, -3, true, false, null], "": {}})"),
            R"({"":{},"x":[1,-3,true,false,null],"y":2})");
  EXPECT_EQ(canonical_of(R"("a\n\"\\\u00e9\u0001/")"), "\"a\n\\\"\\\\\xc3\xa9\x01/\"");
  EXPECT_EQ(canonical_of(R"({"\uffff":1,"\ud83d\ude00":2,"z":3})"),
            "{\"z\":3,\"\xef\xbf\xbf\":1,\"\xf0\x9f\x98\x80\":2}");
  EXPECT_EQ(canonical_of("[18446744073709551615,-9223372036854775808,-0]"),
            "[18446744073709551615,-9223372036854775808,0]");
  for (const char* bad : {"1.0", "1e2", "18446744073709551616", "[0.5]"})
    EXPECT_EQ(canonical_of(bad), "error") << bad;
}

TEST(utc, goes_forth_and_back) {
  EXPECT_EQ(parse_utc("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_utc("2024-02-29T23:59:59Z"), 1709251199);
  EXPECT_EQ(parse_utc("2023-02-29T00:00:00Z"), std::nullopt);
  EXPECT_EQ(parse_utc("2024-13-01T00:00:00Z"), std::nullopt);
  for (const int64_t t : {int64_t{0}, int64_t{951782400}, kNow, int64_t{253402300799}})
    EXPECT_EQ(parse_utc(print_utc(t)), t);
  EXPECT_EQ(print_utc(INT64_MAX), "9999-12-31T23:59:59Z");
}

TEST(names, match_as_shells_do) {
  struct Case {
    const char *pattern, *name;
    bool match;
  };
  for (const Case& c : {Case{"*", "a", true},
                        {"*", "", true},
                        {"*", "a/b", false},
                        {"*/b", "a/b", true},
                        {"a/*/c", "a/b/c", true},
                        {"a/*/c", "a/b/d/c", false},
                        {"foo-?.tgz", "foo-1.tgz", true},
                        {"foo-?.tgz", "foo-12.tgz", false},
                        {"?", "\xc3\xa9", true},
                        {"[a-c]x", "bx", true},
                        {"[!a-c]x", "bx", false},
                        {"[]]", "]", true},
                        {"[a", "[a", true},
                        {"*.tflite", "m.tflite", true},
                        {"*.tflite", "m.TFLITE", false},
                        {"a*b*c", "axxbyyc", true},
                        {"a*b*c", "axxbyy", false},
                        {"", "", true},
                        {"", "a", false}})
    EXPECT_EQ(matches(c.pattern, c.name), c.match) << c.pattern << " " << c.name;
}

TEST(names, are_encoded_for_addresses_and_files) {
  EXPECT_EQ(encode("a b/c~.json"), "a%20b%2Fc~.json");
  EXPECT_EQ(encode(".."), "%2E%2E");
  EXPECT_EQ(encode_path("a b/\xc3\xa9/c"), "a%20b/%C3%A9/c");
}

TEST(write, key_ids_are_those_of_securesystemslib) {
  const auto key = crypto::PublicKey::from_raw(
      *crypto::from_hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
  const auto json = write_key(key.value());
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(key_id(*json).value(),
            "eaf1e23f6c823132f437a2eaa299a7950f7386631deff273db195bbd26209e2b");
}

TEST(write, refuses_keys_that_cannot_do) {
  json::Json root = make_root(1, kNow);
  const Signer one = new_signer();
  EXPECT_FALSE(set_role(root, "mirrors", {.keys = {one.key()}}).ok());
  EXPECT_FALSE(set_role(root, "root", {.keys = {one.key()}, .threshold = 2}).ok());
  EXPECT_FALSE(set_role(root, "root", {.keys = {one.key()}, .threshold = 0}).ok());
  EXPECT_FALSE(set_role(root, "root", {.keys = {one.key(), one.key()}, .threshold = 2}).ok());
  json::Json targets = make_targets(1, kNow);
  EXPECT_FALSE(delegate(targets, {"root", {.keys = {one.key()}}, {"*"}, false}).ok());
  EXPECT_FALSE(delegate_to_bins(targets, "b", 33, {.keys = {one.key()}}).ok());
  EXPECT_FALSE(describe("../x", "").ok());
  EXPECT_FALSE(list_file(targets, "x.json", "not metadata").ok());
}

TEST(write, keys_that_no_role_names_go) {
  json::Json root = make_root(1, kNow);
  const Signer one = new_signer(), two = new_signer();
  ASSERT_TRUE(set_role(root, "root", {.keys = {one.key(), two.key()}, .threshold = 2}).ok());
  EXPECT_EQ(root.find("keys")->as_object()->size(), 2u);
  ASSERT_TRUE(set_role(root, "root", {.keys = {two.key()}}).ok());
  ASSERT_EQ(root.find("keys")->as_object()->size(), 1u);
  EXPECT_EQ((*root.find("keys")->as_object())[0].first, two.id());
}

TEST(write, signing_again_replaces_the_own_signature) {
  const Signer one = new_signer(), two = new_signer();
  json::Json file = unsigned_file(make_targets(1, kNow));
  ASSERT_TRUE(sign(file, one).ok() && sign(file, two).ok() && sign(file, one).ok());
  EXPECT_EQ(file.find("signatures")->as_array()->size(), 2u);
  json::Json none = json::Json::object();
  EXPECT_FALSE(sign(none, one).ok());
}

TEST(write, targets_come_and_go) {
  json::Json targets = make_targets(1, kNow);
  ASSERT_TRUE(set_target(targets, describe("a", "1").value()).ok());
  ASSERT_TRUE(set_target(targets, describe("a", "22").value()).ok());
  EXPECT_EQ(targets.find("targets")->as_object()->size(), 1u);
  EXPECT_TRUE(remove_target(targets, "a"));
  EXPECT_FALSE(remove_target(targets, "a"));
}

}  // namespace
}  // namespace samara::trust

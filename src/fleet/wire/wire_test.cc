// Versions in their order, and forms that read back what they print.
#include <gtest/gtest.h>

#include "fleet/wire/manifest.h"
#include "fleet/wire/version.h"

namespace samara::wire {
namespace {

TEST(version, has_the_order_of_semver) {
  const char* order[] = {
      "0.0.1",      "0.1.0",        "1.0.0-alpha",   "1.0.0-alpha.1", "1.0.0-alpha.beta",
      "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",    "1.0.0",
      "1.0.1",      "1.10.0",       "2.0.0",         "4294967295.0.0"};
  for (const char* a : order) {
    EXPECT_EQ(Version::parse(a)->text(), a);
    for (const char* b : order) {
      const auto version_a = Version::parse(a), version_b = Version::parse(b);
      const auto at = [&](const char* x) { return std::find(order, std::end(order), x) - order; };
      EXPECT_EQ(*version_a <=> *version_b, at(a) <=> at(b)) << a << " " << b;
    }
  }
}

TEST(version, refuses_what_is_none) {
  for (const char* bad : {"", "1", "1.0", "1.0.0.0", "01.0.0", "1.0.x", "1.0.0-", "1.0.0-01",
                          "1.0.0-a..b", "1.0.0-a.", "1.0.0+b", "v1.0.0", " 1.0.0", "1.0.0 ",
                          "-1.0.0", "4294967296.0.0", "1..0", "1.0.0-\xc3\xa9", "../1.0.0"}) {
    EXPECT_FALSE(Version::parse(bad).ok()) << bad;
  }
  EXPECT_FALSE(Version::parse(std::string(1000, '1')).ok());
}

Manifest sample() {
  Manifest m;
  m.model = "digits";
  m.version = "1.2.3";
  m.sha256 = std::string(64, 'a');
  m.size = uint64_t{5} << 30;
  m.published = true;
  m.tags = {"small", "int8"};
  m.labels = {{"team", "vision"}};
  m.notes = "quicker\nsmaller";
  m.target = {"camera", ">=2.0.0 <3.0.0", {"android"}, {"arm64-v8a"}, {"phone"}, 1 << 20};
  m.created_at = time_text(1'795'273'445);
  m.created_by = "ci";
  return m;
}

TEST(manifest, reads_what_it_prints) {
  const auto back = read_manifest(*json::parse(to_json(sample()).dump()));
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(*back, sample());
  EXPECT_EQ(sample().created_at, "2026-11-21T15:04:05.000Z");
  const Pointer pointer{"stable", "1.2.3", "1.2.2", time_text(0)};
  EXPECT_EQ(*read_pointer(to_json(pointer)), pointer);
}

TEST(manifest, passes_over_what_it_does_not_know) {
  json::Json json = to_json(sample());
  json.set("of_a_later_hub", json::Json::array({1, 2}));
  EXPECT_EQ(*read_manifest(json), sample());
}

TEST(manifest, names_what_is_wrong) {
  const auto refused = [](const char* member, json::Json value) {
    json::Json json = to_json(sample());
    json.set(member, std::move(value));
    const auto read = read_manifest(json);
    ASSERT_FALSE(read.ok()) << member;
    EXPECT_NE(read.error().brief().find(member), std::string::npos) << read.error().brief();
  };
  refused("model", nullptr);
  refused("model", 1);
  refused("size", -1);
  refused("size", "1");
  refused("published", "yes");
  refused("tags", json::Json::array({1}));
  refused("tags", "x");
  refused("labels", json::Json::object({{"a", 1}}));
  refused("target", json::Json::object({{"os", "linux"}}));
  EXPECT_FALSE(read_manifest(json::Json("text")).ok());
}

TEST(names, are_no_paths_and_no_flags) {
  for (const char* good : {"a", "digits-v2", "A.b_c", "0"}) EXPECT_TRUE(is_name(good)) << good;
  for (const char* bad :
       {"", ".", "..", ".a", "-a", "a/b", "a b", "a\n", "\xc3\xa9", "a%2f", "a\\b"})
    EXPECT_FALSE(is_name(bad)) << bad;
  EXPECT_FALSE(is_name(std::string(61, 'a')));
}

}  // namespace
}  // namespace samara::wire

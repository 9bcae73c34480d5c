#include "fleet/trust/layout.h"

#include <gtest/gtest.h>

namespace samara::trust {
namespace {

TEST(TrustLayout, names_go_both_ways) {
  EXPECT_EQ(target_name(Folder::models, "digits", "1.0.0"), "models/digits/1.0.0.tflite");
  EXPECT_EQ(target_name(Folder::channels, "digits", "stable"), "channels/stable/digits.tflite");
  for (const Folder folder : {Folder::models, Folder::channels, Folder::pins, Folder::online}) {
    const auto parts = parse_target_name(target_name(folder, "m.odel", "1.2.3-a"));
    ASSERT_TRUE(parts);
    EXPECT_EQ(parts->folder, folder);
    EXPECT_EQ(parts->model, "m.odel");
    EXPECT_EQ(parts->of, "1.2.3-a");
  }
}

TEST(TrustLayout, other_names_are_none) {
  for (const char* name : {"", "/", "models", "models/a", "models//1.tflite", "models/a/.tflite",
                           "models/a/b/1.tflite", "models/a/1.txt", "others/a/1.tflite",
                           "/models/a/1.tflite", "models/a/1.tflite/"})
    EXPECT_FALSE(parse_target_name(name)) << name;
}

TEST(TrustLayout, a_target_without_a_version_names_none) {
  TargetFile target;
  EXPECT_EQ(version_of(target), "");
  target.custom = json::Json::object({{"version", 1}});
  EXPECT_EQ(version_of(target), "");
  target.custom = json::Json::object({{"version", "1.0.0"}});
  EXPECT_EQ(version_of(target), "1.0.0");
  EXPECT_EQ(digest_of(target, "sha256"), "");
}

TargetFile version_for(const std::string& version, const char* filter) {
  TargetFile out;
  out.custom = json::Json::object({{"version", version}});
  if (*filter) out.custom.set("target", json::parse(filter).value());
  return out;
}

TEST(TrustLayout, a_channel_names_the_newest_of_each_major_and_filter_that_is_older) {
  const char* kPhones = R"({"os": ["android"], "device_class": ["phone"]})";
  const std::pair<const char*, const char*> kAll[] = {
      {"4.0.0", ""},
      {"3.1.0", R"({"least_memory": 9})"},
      {"3.0.0", R"({"least_memory": 9})"},
      {"2.2.0", kPhones},
      {"2.1.0", R"({"device_class": ["phone"], "os": ["android"]})"},
      {"2.0.0", ""},
      {"1.9.0", ""},
      {"1.8.0", kPhones},
      {"nightly", ""}};
  std::map<std::string, TargetFile> files;
  std::map<std::string, const TargetFile*> versions;
  for (const auto& [version, filter] : kAll) {
    files.emplace(version, version_for(version, filter));
    versions.emplace(version, &files.at(version));
  }
  using List = std::vector<std::string>;
  EXPECT_EQ(others("3.1.0", versions), (List{"2.2.0", "2.0.0", "1.9.0"}));
  EXPECT_EQ(others("4.0.0", versions), (List{"3.1.0", "2.2.0", "2.0.0", "1.9.0"}));
  EXPECT_EQ(others("2.0.0", versions), (List{"1.9.0"}));
  EXPECT_EQ(others("5.0.0", versions), List()) << "it is none of them";
  TargetFile channel;
  channel.custom = choice("3.1.0", {"2.2.0", "1.9.0"});
  EXPECT_EQ(version_of(channel), "3.1.0");
  EXPECT_EQ(others_of(channel), (List{"2.2.0", "1.9.0"}));
  channel.custom = json::parse(R"({"else": [1, "1.0.0", null]})").value();
  EXPECT_EQ(others_of(channel), (List{"1.0.0"}));
  channel.custom = json::parse(R"({"else": "1.0.0"})").value();
  EXPECT_EQ(others_of(channel), List());
  channel.custom = choice("1.0.0", List(1000, "0.1.0"));
  EXPECT_EQ(others_of(channel).size(), kMostOthers);
}

}  // namespace
}  // namespace samara::trust

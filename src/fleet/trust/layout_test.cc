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

}  // namespace
}  // namespace samara::trust

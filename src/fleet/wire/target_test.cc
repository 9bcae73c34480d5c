#include "fleet/wire/target.h"

#include <gtest/gtest.h>

namespace samara::wire {
namespace {

Profile phone() {
  return {.app = "camera",
          .app_version = "2.4",
          .os = {"linux"},
          .abi = {"aarch64", "arm64-v8a"},
          .device_class = "phone",
          .memory = uint64_t{4} << 30};
}

TEST(Majors, are_one_several_or_any) {
  EXPECT_EQ(Majors::parse("2").value(), (Majors{2, 2}));
  EXPECT_EQ(Majors::parse("1-3").value(), (Majors{1, 3}));
  EXPECT_TRUE(Majors::parse("any")->has(4'000'000'000u));
  EXPECT_EQ(Majors::parse("any")->text(), "any");
  EXPECT_EQ(Majors::parse("1-3")->text(), "1-3");
  EXPECT_FALSE(Majors::parse("1-3")->has(4));
  for (const char* bad : {"", "-", "2-", "-2", "3-1", "1.0", "x", "1-2-3", "99999999999"})
    EXPECT_EQ(Majors::parse(bad).error().code(), Code::invalid_argument) << bad;
}

TEST(Range, holds_where_all_comparisons_do) {
  EXPECT_TRUE(in_range("2.4", ">=2.1.0 <3.0.0").value());
  EXPECT_FALSE(in_range("3", ">=2.1.0 <3.0.0").value());
  EXPECT_TRUE(in_range("2.4.0", "=2.4").value());
  EXPECT_TRUE(in_range("2.4.1", ">2.4  <=2.4.1").value());
  EXPECT_TRUE(in_range("3.0.0-rc.1", "<3").value());
}

TEST(Range, that_is_none_is_told) {
  for (const char* bad : {"2.1.0", ">=", ">=x", "~2", " ", ">=1.2.3.4", ">=1.0.0 || <3"})
    EXPECT_EQ(in_range("2", bad).error().code(), Code::invalid_argument) << bad;
  EXPECT_EQ(in_range("two", ">=1").error().code(), Code::invalid_argument);
  EXPECT_EQ(check_target({.app_versions = "2"}).error().code(), Code::invalid_argument);
  EXPECT_TRUE(check_target({.app_versions = ">=2"}).ok());
  EXPECT_TRUE(check_target({}).ok());
}

TEST(Target, that_asks_nothing_or_what_is_there_is_met) {
  EXPECT_EQ(mismatch({}, {}), "");
  const Target all = {.app = "camera",
                      .app_versions = ">=2 <3",
                      .os = {"android", "linux"},
                      .abi = {"arm64-v8a"},
                      .device_class = {"phone", "tablet"},
                      .least_memory = uint64_t{4} << 30};
  EXPECT_EQ(mismatch(all, phone()), "");
}

TEST(Target, says_what_is_not_met) {
  const auto why = [](const Target& target) { return mismatch(target, phone()); };
  EXPECT_EQ(why({.app = "maps"}), "it is for the app maps, and this one is camera");
  EXPECT_EQ(why({.app_versions = ">=3"}), "it is for versions >=3 of the app, and this one is 2.4");
  EXPECT_EQ(why({.os = {"android"}}), "it is for android, and this is linux");
  EXPECT_EQ(why({.abi = {"x86_64"}}), "it is for x86_64, and this is aarch64 or arm64-v8a");
  EXPECT_EQ(why({.device_class = {"tv"}}),
            "it is for devices of the class tv, and this one's is phone");
  EXPECT_NE(why({.least_memory = uint64_t{5} << 30}).find("5368709120 bytes"), std::string::npos);
  EXPECT_NE(why({.app_versions = "nonsense"}).find("cannot be told"), std::string::npos);
}

TEST(Target, that_asks_for_what_is_not_known_is_not_met) {
  const Target asks[] = {{.app = "camera"},  {.app_versions = ">=0"},     {.os = {"linux"}},
                         {.abi = {"arm64"}}, {.device_class = {"phone"}}, {.least_memory = 1}};
  for (const Target& target : asks) EXPECT_NE(mismatch(target, {}), "");
}

}  // namespace
}  // namespace samara::wire

#include "base/temporary_folder.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "base/file.h"

namespace samara {
namespace {

TEST(temporary_folder, goes_with_all_that_is_in_it) {
  std::string path;
  {
    TemporaryFolder first = std::move(TemporaryFolder::make()).value();
    path = first.path();
    ASSERT_TRUE(make_folders(first.in("a/b")).ok());
    ASSERT_TRUE(write_file(first.in("a/b/c"), "content").ok());
    const TemporaryFolder moved = std::move(first);
    EXPECT_EQ(moved.path(), path);
    EXPECT_TRUE(std::filesystem::exists(path + "/a/b/c"));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(temporary_folder, where_there_can_be_none_says_where) {
  const char* before = std::getenv("TMPDIR");
  const std::optional<std::string> kept =
      before ? std::optional<std::string>(before) : std::nullopt;
  setenv("TMPDIR", "/nowhere/at/all", 1);
  const auto made = TemporaryFolder::make();
  kept ? setenv("TMPDIR", kept->c_str(), 1) : unsetenv("TMPDIR");
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code(), Code::not_found);
  EXPECT_NE(made.error().brief().find("/nowhere/at/all"), std::string::npos);
}

}  // namespace
}  // namespace samara

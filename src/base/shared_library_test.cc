#include "base/shared_library.h"

#include <gtest/gtest.h>

namespace samara {
namespace {

TEST(shared_library, finds_what_it_has_and_names_what_it_lacks) {
  auto library = SharedLibrary::load("libm.so.6");
  if (!library.ok()) GTEST_SKIP() << "no libm.so.6 on this system";
  double (*root)(double) = nullptr;
  library->find("sqrt", root);
  ASSERT_NE(root, nullptr);
  EXPECT_EQ(root(9), 3);
  EXPECT_TRUE(library->complete().ok());
  void (*none)() = nullptr;
  library->find("samara_first_missing", none);
  library->find("samara_second_missing", none);
  EXPECT_EQ(none, nullptr);
  const Status done = library->complete();
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code(), Code::unsupported);
  EXPECT_EQ(done.error().brief(), "libm.so.6 has no samara_first_missing");
}

TEST(shared_library, that_is_not_there_is_an_error_with_the_loaders_reason) {
  const auto library = SharedLibrary::load("libsamara_is_not_there.so.1");
  ASSERT_FALSE(library.ok());
  EXPECT_EQ(library.error().code(), Code::unsupported);
  EXPECT_NE(library.error().brief().find("libsamara_is_not_there.so.1"), std::string::npos);
}

}  // namespace
}  // namespace samara

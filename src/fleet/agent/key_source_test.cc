#include "fleet/agent/key_source.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/temporary_folder.h"
#include "base/text.h"

namespace samara::agent {
namespace {

class KeySourceTest : public ::testing::Test {
 protected:
  std::string put(const std::string& content, mode_t mode = 0600) {
    const std::string path = folder_.in("key");
    EXPECT_TRUE(write_file(path, content).ok());
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  const TemporaryFolder folder_ = TemporaryFolder::make().value();
};

TEST_F(KeySourceTest, a_file_holds_bytes_or_digits) {
  const std::string raw(32, '\x41');
  EXPECT_EQ(key_of_file(put(raw))()->view(), raw);
  std::string digits;
  for (int i = 0; i < 32; ++i) digits += "41";
  EXPECT_EQ(key_of_file(put(digits))()->view(), raw);
  EXPECT_EQ(key_of_file(put(digits + "\n"))()->view(), raw);
}

TEST_F(KeySourceTest, a_file_that_is_none_or_anybodys_is_refused) {
  const auto code = [](const std::string& path) { return key_of_file(path)().error().code(); };
  EXPECT_EQ(code(folder_.in("none")), Code::not_found);
  for (const std::string& bad : {std::string(), std::string(31, 'a'), std::string(63, 'a'),
                                 std::string(64, 'x'), std::string(1000, 'a')})
    EXPECT_EQ(code(put(bad)), Code::invalid_argument) << bad.size();
  EXPECT_EQ(code(put(std::string(32, 'k'), 0644)), Code::permission_denied);
  const auto told = key_of_file(put("secret words"))();
  EXPECT_EQ(told.error().text().find("secret words"), std::string::npos);
}

TEST_F(KeySourceTest, the_kernel_holds_one) {
  const std::string name = cat("samara-test-", getpid());
  const std::string key(32, 'k');
  constexpr int kProcessKeyring = -2;
  const auto missing = key_of_kernel(name)();
  ASSERT_FALSE(missing.ok());
  if (syscall(SYS_add_key, "user", name.c_str(), key.data(), key.size(), kProcessKeyring) < 0)
    GTEST_SKIP() << "this system lets nobody keep keys: " << missing.error().text();
  EXPECT_EQ(missing.error().code(), Code::not_found);
  const auto found = key_of_kernel(name)();
  ASSERT_TRUE(found.ok()) << found.error().text();
  EXPECT_EQ(found->view(), key);
}

}  // namespace
}  // namespace samara::agent

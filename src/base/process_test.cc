#include "base/process.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace samara {
namespace {

TEST(Process, gives_output_and_exit_code) {
  const auto result = run_process({"sh", "-c", "echo one; exit 3"}, true);
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(result->out, "one\n");
  EXPECT_EQ(result->exit_code, 3);
}

TEST(Process, stdin_is_empty) {
  const auto result = run_process({"cat"}, true);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->out, "");
}

TEST(Process, tells_a_signal_from_an_exit) {
  const auto result = run_process({"sh", "-c", "kill -9 $$"}, true);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->exit_code, 128 + 9);
}

TEST(Process, names_a_program_that_is_not_there) {
  // There a child is a copy that fails later, with exit code 127.
  if (std::getenv("SAMARA_EMULATED")) GTEST_SKIP() << "the emulator has no vfork";
  const auto result = run_process({"samara-no-such-program"}, true);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), Code::not_found);
  EXPECT_NE(result.error().message().find("samara-no-such-program"), std::string::npos);
}

}  // namespace
}  // namespace samara

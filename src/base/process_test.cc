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

TEST(Process, both_outputs_of_a_limited_program_are_captured) {
  const auto result = run_limited({"sh", "-c", "echo out; echo err >&2; exit 2"}, {});
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(result->out, "out\n");
  EXPECT_EQ(result->err, "err\n");
  EXPECT_EQ(result->exit_code, 2);
}

TEST(Process, a_limited_program_is_ended) {
  ProcessLimits brief;
  brief.time = std::chrono::milliseconds(100);
  EXPECT_EQ(run_limited({"sleep", "60"}, brief)->over, "took more than 100 ms");
  ProcessLimits quiet;
  quiet.output = 10'000;
  EXPECT_EQ(run_limited({"sh", "-c", "while :; do echo much; done"}, quiet)->over,
            "wrote more than 10000 bytes");
#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__)
  if (std::getenv("SAMARA_EMULATED")) GTEST_SKIP() << "the emulator does not hold its child";
  ProcessLimits small;
  small.memory = 100 << 20;
  const auto hungry = run_limited(
      {"sh", "-c", "sleep 0.2; head -c 300000000 /dev/zero | sort -S 1000M | tail -c 1"}, small);
  ASSERT_TRUE(hungry.ok());
  EXPECT_NE(hungry->err, "");
#endif
}

}  // namespace
}  // namespace samara

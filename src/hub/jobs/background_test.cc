// Work that goes on behind a request's back.
#include "hub/jobs/background.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace samara::hub {
namespace {

using std::chrono::milliseconds;

TEST(background, waits_for_what_is_quick_and_not_for_what_is_slow) {
  std::atomic<int> ended = 0;
  std::atomic<bool> go = false;
  {
    Background jobs(2);
    EXPECT_EQ(*jobs.run([&] { ++ended; }, milliseconds(10'000)), true);
    const auto slow = [&] {
      while (!go) std::this_thread::sleep_for(milliseconds(1));
      ++ended;
    };
    EXPECT_EQ(*jobs.run(slow, milliseconds(1)), false);
    EXPECT_EQ(*jobs.run(slow, milliseconds(1)), false);
    const auto third = jobs.run([] {}, milliseconds(1));
    ASSERT_FALSE(third.ok());
    EXPECT_EQ(third.error().code(), Code::unavailable);
    EXPECT_EQ(ended, 1);
    go = true;
  }
  EXPECT_EQ(ended, 3) << "the end waits for what is under way";
}

}  // namespace
}  // namespace samara::hub

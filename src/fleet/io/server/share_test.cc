#include "fleet/io/server/share.h"

#include <gtest/gtest.h>

namespace samara::server {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

class Shares : public ::testing::Test {
 protected:
  /// Asks again and again for a while, each time for as much; how much it got. Somebody modest is there.
  Duration take_for(Share& share, Duration each, Duration most) {
    Duration got(0);
    const Time end = now_ + most;
    while (now_ < end) {
      all_.modest_one(now_);
      now_ += share.waits(now_).value_or(seconds(1));
      share.took(each, now_ += each);
      got += each;
    }
    return got;
  }
  GreedyPart all_{0.25};
  Time now_ = Time() + seconds(1000);
};

TEST_F(Shares, who_takes_little_never_waits) {
  Share modest(all_, 0.03);
  for (int i = 0; i < 10'000; ++i) {
    now_ += milliseconds(4);
    EXPECT_EQ(modest.waits(now_), Duration(0));
    modest.took(microseconds(100), now_);
  }
}

TEST_F(Shares, who_takes_more_has_the_greedy_ones_part) {
  Share greedy(all_, 0.03);
  const Duration got = take_for(greedy, microseconds(100), seconds(10));
  EXPECT_GT(got, milliseconds(2000));
  EXPECT_LT(got, milliseconds(2800));
}

TEST_F(Shares, many_greedy_ones_have_one_part_together) {
  Share one(all_, 0.03), other(all_, 0.03);
  (void)take_for(one, microseconds(100), seconds(1));
  (void)take_for(other, microseconds(100), seconds(1));
  all_.modest_one(now_);
  // Each takes the turn after that of the one before.
  Duration last = one.waits(now_).value();
  for (int i = 0; i < 10; ++i) {
    const Duration next = (i % 2 ? one : other).waits(now_).value();
    EXPECT_NEAR(static_cast<double>((next - last).count()), 400'000, 10'000);
    last = next;
  }
}

TEST_F(Shares, who_would_wait_too_long_is_refused) {
  Share greedy(all_, 0.03), modest(all_, 0.03);
  (void)take_for(greedy, milliseconds(1), seconds(1));
  int turns = 0;
  while (greedy.waits(now_)) ASSERT_LT(++turns, 100'000);
  EXPECT_TRUE(greedy.refused(now_));
  EXPECT_TRUE(greedy.greedy(now_));
  EXPECT_FALSE(modest.greedy(now_));
  EXPECT_EQ(modest.waits(now_), Duration(0));
  EXPECT_FALSE(modest.refused(now_));
  all_.modest_one(now_ += milliseconds(100));
  EXPECT_TRUE(greedy.waits(now_).has_value());
  EXPECT_TRUE(greedy.refused(now_));  // those who wait come before those who are new
  all_.modest_one(now_ += milliseconds(2100));
  EXPECT_FALSE(greedy.refused(now_));
}

TEST_F(Shares, alone_nobody_waits) {
  Share greedy(all_, 0.03);
  for (int i = 0; i < 100; ++i) greedy.took(milliseconds(10), now_ += milliseconds(10));
  // It was modest itself, until it had taken its part.
  EXPECT_EQ(greedy.waits(now_ + seconds(2)), Duration(0));
}

TEST_F(Shares, what_was_taken_is_forgotten) {
  Share greedy(all_, 0.03);
  EXPECT_TRUE(greedy.settled(now_));
  (void)take_for(greedy, milliseconds(10), seconds(60));
  EXPECT_FALSE(greedy.settled(now_));
  all_.modest_one(now_ += seconds(11));
  EXPECT_EQ(greedy.waits(now_), Duration(0));
  EXPECT_TRUE(greedy.settled(now_ + seconds(1)));
}

TEST(thread_time, runs_while_the_thread_does) {
  const Duration before = thread_time();
  volatile int count = 0;
  while (thread_time() - before < microseconds(500)) count = count + 1;
  EXPECT_GT(count, 0);
}

}  // namespace
}  // namespace samara::server

// Clocks that are set back, jump ahead, and floors that cannot be read.
#include "fleet/agent/time_floor.h"

#include "fleet/agent/agent_test.h"
#include "fleet/agent/tuf_catalog.h"
#include "fleet/trust/repository_test.h"

namespace samara::agent {
namespace {

constexpr int64_t kDayMs = 24 * 3'600'000;

class TimeFloorTest : public ModelManagerTest {
 protected:
  TimeFloorTest() {
    EXPECT_TRUE(trust::Client::bootstrap(trusted, repository.first_root).ok());
    clock.wall = trust::kNow * 1000;
    auto target = trust::describe("stable/digits.tflite", model("digits_f32")).value();
    EXPECT_TRUE(trust::set_target(repository.roles["targets"], target).ok());
    repository.publish_all();
  }
  std::string path() const { return options.folder + "/time"; }
  /// What a device that starts anew says of the repository.
  Result<Offer> newest() {
    TimeFloor floor(path(), clock);
    TufCatalog::Options options;
    options.target_urls = {"https://hub"};
    FlooredCatalog catalog(
        std::make_unique<TufCatalog>(trusted, repository.fetch(), options, floor), floor);
    return catalog.newest("digits", {});
  }
  trust::Repository repository;
  trust::MemoryStore trusted;
  delivery::TestClock clock;
};

TEST_F(TimeFloorTest, a_clock_that_is_set_back_revives_nothing_that_expired) {
  ASSERT_TRUE(newest().ok());
  clock.wall += 5 * kDayMs;
  ASSERT_TRUE(newest().ok());
  clock.wall -= 365 * kDayMs;
  EXPECT_TRUE(newest().ok()) << "what was fresh then still is";
  trust::Repository& r = repository;
  r.publish_all();
  TimeFloor floor(path(), clock);
  EXPECT_EQ(floor.wall_ms(), (trust::kNow * 1000) + 5 * kDayMs);
}

TEST_F(TimeFloorTest, a_clock_that_jumps_ahead_does_no_lasting_harm) {
  ASSERT_TRUE(newest().ok());
  clock.wall += 3650 * kDayMs;
  EXPECT_EQ(newest().error().code(), Code::failed_precondition);
  clock.wall -= 3650 * kDayMs;
  EXPECT_TRUE(newest().ok());
}

TEST_F(TimeFloorTest, a_floor_that_cannot_be_read_or_written_is_none) {
  for (const char* bad : {"", "x", "99999999999999999999\n", "12", "-5 \n"}) {
    ASSERT_TRUE(write_file(path(), bad).ok());
    EXPECT_EQ(TimeFloor(path(), clock).wall_ms(), clock.wall) << bad;
  }
  TimeFloor floor("/nowhere/time", clock);
  floor.found_fresh();
  clock.wall -= kDayMs;
  EXPECT_EQ(floor.wall_ms(), trust::kNow * 1000) << "in this process it holds";
  clock.steady = 7;
  EXPECT_EQ(floor.steady_ms(), 7);
  floor.sleep_ms(3);
  EXPECT_EQ(clock.slept, 3);
}

TEST_F(TimeFloorTest, it_is_written_at_most_once_an_hour) {
  TimeFloor floor(path(), clock);
  floor.found_fresh();
  const std::string first = read_file(path()).value();
  clock.wall += 3'599'000;
  floor.found_fresh();
  EXPECT_EQ(read_file(path()).value(), first);
  clock.wall += 1'000;
  floor.found_fresh();
  EXPECT_NE(read_file(path()).value(), first);
}

}  // namespace
}  // namespace samara::agent

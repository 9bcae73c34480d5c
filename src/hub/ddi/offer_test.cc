// What a device is offered, row by row of the README's table, and what its feedback makes of it.
#include "hub/ddi/offer.h"

#include <gtest/gtest.h>

namespace samara::hub::ddi {
namespace {

DeviceState state(int64_t action, const char* name) { return {action, name, ""}; }

TEST(Offer, is_that_of_the_table) {
  EXPECT_EQ(offer(7, {}).deploy, 7);
  EXPECT_EQ(offer(7, state(6, "canceled")).deploy, 7);
  EXPECT_EQ(offer(7, state(7, "canceled")).deploy, 7);
  EXPECT_EQ(offer(7, state(6, "open")).cancel, 6);
  EXPECT_EQ(offer(7, state(6, "open")).deploy, 0);
  EXPECT_EQ(offer(0, state(6, "open")).cancel, 6);
  EXPECT_EQ(offer(7, state(7, "open")).deploy, 7);
  for (const char* ended : {"success", "failure"}) {
    EXPECT_EQ(offer(7, state(7, ended)).deploy, 0);
    EXPECT_EQ(offer(7, state(6, ended)).deploy, 7);
    EXPECT_EQ(offer(0, state(7, ended)).deploy, 0);
    EXPECT_EQ(offer(0, state(7, ended)).cancel, 0);
  }
  EXPECT_EQ(offer(0, {}).deploy, 0);
}

Result<DeviceState> feedback(const char* execution, const char* finished) {
  return after_feedback(
      3, json::Json::object({{"execution", execution},
                             {"result", json::Json::object({{"finished", finished}})},
                             {"details", json::Json::array({"first", "last"})}}));
}

TEST(Feedback, closes_or_goes_on) {
  EXPECT_EQ(feedback("closed", "success")->state, "success");
  EXPECT_EQ(feedback("closed", "none")->state, "success");
  EXPECT_EQ(feedback("closed", "failure")->state, "failure");
  EXPECT_EQ(feedback("rejected", "none")->state, "failure");
  EXPECT_EQ(feedback("canceled", "none")->state, "canceled");
  for (const char* under_way : {"proceeding", "scheduled", "resumed", "download", "downloaded"})
    EXPECT_EQ(feedback(under_way, "none")->state, "open") << under_way;
  EXPECT_EQ(feedback("closed", "success")->action, 3);
  EXPECT_EQ(feedback("closed", "success")->detail, "last");
}

TEST(Feedback, that_says_nothing_is_refused) {
  EXPECT_FALSE(feedback("closed", "perhaps").ok());
  EXPECT_FALSE(feedback("begun", "none").ok());
  EXPECT_FALSE(after_feedback(3, json::Json::object()).ok());
  EXPECT_FALSE(after_feedback(3, json::Json(7)).ok());
  const auto odd = json::parse(R"({"execution":"proceeding","details":[7],"result":[]})");
  EXPECT_EQ(after_feedback(3, *odd)->detail, "");
}

}  // namespace
}  // namespace samara::hub::ddi

#include "fleet/agent/this_device.h"

#include <gtest/gtest.h>

namespace samara::agent {
namespace {

TEST(ThisDevice, is_known_but_for_its_app) {
  const wire::Profile here = this_device();
  EXPECT_FALSE(here.os.empty());
  EXPECT_FALSE(here.abi.empty());
  EXPECT_GT(here.memory, uint64_t{1} << 20);
  EXPECT_EQ(here.app + here.app_version + here.device_class, "");
}

TEST(ThisDevice, is_what_the_app_says) {
  const wire::Profile said = this_device({.app = "camera", .os = {"own"}, .memory = 7});
  EXPECT_EQ(said.app, "camera");
  EXPECT_EQ(said.os, (std::vector<std::string>{"own"}));
  EXPECT_EQ(said.memory, 7u);
}

}  // namespace
}  // namespace samara::agent

#include "fleet/agent/linux_device.h"

#include <filesystem>
#include <fstream>

#include "fleet/agent/agent_test.h"

namespace samara::agent {
namespace {

TEST_F(ModelManagerTest, conditions_are_judged_by_the_devices_files) {
  const std::string battery = options.folder + "/sys/class/power_supply/BAT0/";
  std::filesystem::create_directories(battery);
  std::ofstream(battery + "type") << "Battery\n";
  std::ofstream(battery + "status") << "Discharging\n";
  std::ofstream(battery + "capacity") << "30\n";
  delivery::TestClock clock;
  LinuxDevice linux_device(
      {.sys = options.folder + "/sys", .proc = "none", .bus = "-", .folder = options.folder}, clock,
      1000);
  options.terms.first = {.charging = true, .battery_percent = 40};
  ModelManager manager(options, catalog, server, linux_device);
  const auto none = manager.get("digits");
  EXPECT_NE(none.error().text().find("not charging, the battery is at 30 %"), std::string::npos)
      << none.error().text();
  std::ofstream(battery + "status") << "Charging\n";
  std::ofstream(battery + "capacity") << "40\n";
  EXPECT_EQ(linux_device.now().charging, false) << "looked a moment ago";
  clock.steady += 1000;
  EXPECT_EQ(linux_device.now().charging, true);
  EXPECT_GT(linux_device.now().free_bytes.value_or(0), 0u);
  EXPECT_TRUE(manager.get("digits").ok());
}

}  // namespace
}  // namespace samara::agent

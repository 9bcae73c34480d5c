// Facts out of folders that the test writes.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/temporary_folder.h"
#include "fleet/io/device/device.h"

namespace samara::device {
namespace {

class SysfsTest : public ::testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) {
    const auto file = std::filesystem::path(folder_.in(path));
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  void battery(const std::string& name, const std::string& status, const std::string& percent) {
    write("sys/class/power_supply/" + name + "/type", "Battery\n");
    write("sys/class/power_supply/" + name + "/status", status + "\n");
    write("sys/class/power_supply/" + name + "/capacity", percent + "\n");
  }
  Facts facts() { return read_facts(places); }
  const TemporaryFolder folder_ = TemporaryFolder::make().value();
  Places places{folder_.in("sys"), folder_.in("proc"), "-", folder_.path()};
};

TEST_F(SysfsTest, where_nothing_can_be_read_nothing_is_known) {
  places.folder = "";
  const Facts f = facts();
  EXPECT_EQ(f.link, Link::unknown);
  EXPECT_FALSE(f.charging || f.battery_percent || f.metered || f.idle || f.free_bytes);
}

TEST_F(SysfsTest, batteries_and_chargers) {
  battery("BAT0", "Discharging", "41");
  EXPECT_EQ(facts().charging, false);
  EXPECT_EQ(facts().battery_percent, 41);
  battery("BAT1", "Discharging", "80");
  EXPECT_EQ(facts().battery_percent, 80);
  write("sys/class/power_supply/AC/type", "Mains\n");
  write("sys/class/power_supply/AC/online", "0\n");
  EXPECT_EQ(facts().charging, false);
  write("sys/class/power_supply/AC/online", "1\n");
  EXPECT_EQ(facts().charging, true);
}

TEST_F(SysfsTest, a_mouse_is_no_battery_and_without_one_the_mains_are_on) {
  battery("hid", "Discharging", "3");
  write("sys/class/power_supply/hid/scope", "Device\n");
  EXPECT_EQ(facts().charging, true);
  EXPECT_EQ(facts().battery_percent, 100);
}

TEST_F(SysfsTest, the_kernels_own_files_can_be_read) {
  EXPECT_TRUE(read_facts({.bus = "-"}).idle.has_value());
}

TEST_F(SysfsTest, nonsense_in_the_files_is_not_known) {
  battery("BAT0", "", "many");
  EXPECT_EQ(facts().charging, false);
  EXPECT_FALSE(facts().battery_percent.has_value());
  write("proc/loadavg", "x");
  write("proc/stat", "\ncpu0");
  write("proc/net/route", "Iface\tDestination\nwlan0");
  EXPECT_FALSE(facts().idle.has_value());
}

TEST_F(SysfsTest, the_interface_of_the_default_route_tells_the_network) {
  write("sys/class/net/eth0/type", "1\n");
  write("sys/class/net/eth0/operstate", "down\n");
  EXPECT_EQ(facts().link, Link::unknown);
  write("sys/class/net/eth0/operstate", "up\n");
  EXPECT_EQ(facts().link, Link::ethernet);
  write("sys/class/net/wlan0/wireless/x", "");
  write("sys/class/net/modem/uevent", "DEVTYPE=wwan\nINTERFACE=modem\n");
  const std::string head = "Iface\tDestination\tGateway\n";
  write("proc/net/route", head + "eth0\t0000A8C0\t00000000\nwlan0\t00000000\t0100A8C0\n");
  EXPECT_EQ(facts().link, Link::wifi);
  write("proc/net/route", head + "modem\t00000000\t0100A8C0\n");
  EXPECT_EQ(facts().link, Link::cellular);
}

TEST_F(SysfsTest, idle_by_load_and_storage) {
  write("proc/stat", "cpu  1 2\ncpu0 1\ncpu1 1\n");
  write("proc/loadavg", "0.49 0.1 0.1 1/100 7\n");
  EXPECT_EQ(facts().idle, true);
  write("proc/loadavg", "0.51 0.1 0.1 1/100 7\n");
  EXPECT_EQ(facts().idle, false);
  EXPECT_GT(facts().free_bytes.value_or(0), 0u);
}

}  // namespace
}  // namespace samara::device

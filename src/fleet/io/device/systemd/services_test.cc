// The services' answers, by stand-ins on a private bus.
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <thread>

#include "base/temporary_folder.h"
#include "fleet/io/device/device.h"

extern char** environ;

namespace samara::device {
namespace {

/// A dbus-daemon of the test's own; empty address where none is installed.
class Daemon {
 public:
  Daemon() {
    const std::string wanted = "unix:path=" + folder_.in("bus");
    std::ofstream(folder_.in("conf"))
        << "<busconfig><type>session</type><listen>" << wanted
        << "</listen><policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>"
           "<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>";
    const std::string conf = "--config-file=" + folder_.in("conf");
    std::string program = "dbus-daemon", no_fork = "--nofork", file = conf;
    char* args[] = {program.data(), file.data(), no_fork.data(), nullptr};
    if (posix_spawnp(&pid_, "dbus-daemon", nullptr, nullptr, args, environ) != 0) {
      pid_ = 0;
      return;
    }
    for (int i = 0; i < 500 && !std::filesystem::exists(folder_.in("bus")); ++i) usleep(10'000);
    address = wanted;
  }
  ~Daemon() {
    if (pid_ > 0) {
      kill(pid_, SIGTERM);
      waitpid(pid_, nullptr, 0);
    }
  }
  std::string address;

 private:
  const TemporaryFolder folder_ = TemporaryFolder::make().value();
  pid_t pid_ = 0;
};

using Reply = std::function<int(sd_bus_message*)>;

/// Answers Properties.Get for "interface.property"; everything else is an error.
class StandIn {
 public:
  StandIn(const std::string& address, std::vector<const char*> services,
          std::map<std::string, Reply> replies)
      : replies_(std::move(replies)) {
    EXPECT_GE(sd_bus_new(&bus_), 0);
    sd_bus_set_address(bus_, address.c_str());
    sd_bus_set_bus_client(bus_, 1);
    EXPECT_GE(sd_bus_start(bus_), 0);
    EXPECT_GE(sd_bus_add_filter(bus_, nullptr, answer, this), 0);
    for (const char* name : services) EXPECT_GE(sd_bus_request_name(bus_, name, 0), 0);
    thread_ = std::thread([this] {
      while (!stop_) {
        while (sd_bus_process(bus_, nullptr) > 0) {
        }
        sd_bus_wait(bus_, 10'000);
      }
    });
  }
  ~StandIn() {
    stop_ = true;
    thread_.join();
    sd_bus_flush_close_unref(bus_);
  }

 private:
  static int answer(sd_bus_message* message, void* self, sd_bus_error*) {
    if (!sd_bus_message_is_method_call(message, "org.freedesktop.DBus.Properties", "Get")) return 0;
    const char* interface = nullptr;
    const char* name = nullptr;
    if (sd_bus_message_read(message, "ss", &interface, &name) < 0) return 0;
    const auto& replies = static_cast<StandIn*>(self)->replies_;
    const auto found = replies.find(std::string(interface) + "." + name);
    if (found == replies.end())
      return sd_bus_reply_method_errorf(message, SD_BUS_ERROR_UNKNOWN_PROPERTY, "not here");
    return found->second(message) < 0 ? 0 : 1;
  }

  std::map<std::string, Reply> replies_;
  sd_bus* bus_ = nullptr;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

Reply number(uint32_t value) {
  return [=](sd_bus_message* m) { return sd_bus_reply_method_return(m, "v", "u", value); };
}
Reply flag(bool value) {
  return [=](sd_bus_message* m) { return sd_bus_reply_method_return(m, "v", "b", int{value}); };
}
Reply fraction(double value) {
  return [=](sd_bus_message* m) { return sd_bus_reply_method_return(m, "v", "d", value); };
}
Reply text(const char* value) {
  return [=](sd_bus_message* m) { return sd_bus_reply_method_return(m, "v", "s", value); };
}

const std::vector<const char*> kServices = {"org.freedesktop.NetworkManager",
                                            "org.freedesktop.UPower", "org.freedesktop.login1"};
constexpr const char* kManager = "org.freedesktop.NetworkManager.";

class ServicesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (daemon_.address.empty()) GTEST_SKIP() << "no dbus-daemon";
  }
  Facts ask(std::map<std::string, Reply> replies, Facts before = {}) {
    const StandIn services(daemon_.address, kServices, std::move(replies));
    ask_services(daemon_.address, before);
    return before;
  }

 private:
  Daemon daemon_;
};

TEST_F(ServicesTest, what_they_say_goes_before_what_was_known) {
  const Facts f = ask({{std::string(kManager) + "Metered", number(3)},
                       {std::string(kManager) + "PrimaryConnectionType", text("802-11-wireless")},
                       {"org.freedesktop.UPower.OnBattery", flag(true)},
                       {"org.freedesktop.UPower.Device.IsPresent", flag(true)},
                       {"org.freedesktop.UPower.Device.Percentage", fraction(57.9)},
                       {"org.freedesktop.login1.Manager.IdleHint", flag(true)}},
                      {.link = Link::ethernet, .charging = true, .battery_percent = 100});
  EXPECT_EQ(f.metered, true);
  EXPECT_EQ(f.link, Link::wifi);
  EXPECT_EQ(f.charging, false);
  EXPECT_EQ(f.battery_percent, 57);
  EXPECT_EQ(f.idle, true);
}

TEST_F(ServicesTest, every_value_of_metered_has_its_meaning) {
  const std::optional<bool> meanings[] = {std::nullopt, true, false, true, false};
  for (uint32_t value = 0; value < 5; ++value)
    EXPECT_EQ(ask({{std::string(kManager) + "Metered", number(value)}}).metered, meanings[value]);
}

TEST_F(ServicesTest, disconnected_is_none_only_where_no_interface_is_up) {
  const std::map<std::string, Reply> cut = {{std::string(kManager) + "State", number(20)}};
  EXPECT_EQ(ask(cut).link, Link::none);
  EXPECT_EQ(ask(cut, {.link = Link::ethernet}).link, Link::ethernet);
  EXPECT_EQ(ask({{std::string(kManager) + "PrimaryConnectionType", text("gsm")}}).link,
            Link::cellular);
}

TEST_F(ServicesTest, wrong_types_errors_and_silence_change_nothing) {
  const Facts before = {.link = Link::wifi, .charging = true, .battery_percent = 12, .idle = false};
  const Facts f =
      ask({{std::string(kManager) + "Metered", text("yes")},
           {"org.freedesktop.UPower.OnBattery", number(1)},
           {"org.freedesktop.UPower.Device.IsPresent", flag(true)},
           {"org.freedesktop.UPower.Device.Percentage", [](sd_bus_message*) { return 0; }}},
          before);
  EXPECT_FALSE(f.metered.has_value());
  EXPECT_EQ(f.charging, true);
  EXPECT_EQ(f.battery_percent, 12);
  EXPECT_EQ(f.link, Link::wifi);
}

TEST(services, a_bus_that_is_not_there_changes_nothing) {
  Facts f = {.charging = true};
  ask_services("unix:path=/nowhere/bus", f);
  EXPECT_EQ(f.charging, true);
  ask_services("no address", f);
  EXPECT_FALSE(f.metered.has_value());
}

}  // namespace
}  // namespace samara::device

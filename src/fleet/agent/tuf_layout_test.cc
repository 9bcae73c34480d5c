// TufCatalog on a hub's layout: channels and pins choose, owners say what a version is.
#include "base/file.h"
#include "base/text.h"
#include "fleet/agent/tuf_catalog.h"
#include "fleet/delivery/delivery_test.h"
#include "fleet/trust/layout.h"
#include "fleet/trust/repository_test.h"

namespace samara::agent {
namespace {

using trust::Folder;

class TufLayout : public ::testing::Test {
 protected:
  TufLayout() {
    EXPECT_TRUE(trust::Client::bootstrap(trusted, repository.first_root).ok());
    clock.wall = trust::kNow * 1000;
    repository.add_delegation("targets", "online", {"channels/*/*", "pins/*/*", "online/*/*"},
                              true);
    repository.add_delegation("targets", "release", {"models/*/*"}, true);
    add("release", Folder::models, "1.0.0", "1.0.0", "one");
    add("release", Folder::models, "2.0.0", "2.0.0", "two");
    add("online", Folder::online, "3.0.0", "3.0.0", "three");
    add("online", Folder::channels, "stable", "2.0.0", "two");
  }
  void add(const char* role, Folder folder, const std::string& of, const std::string& version,
           const std::string& content, json::Json custom = json::Json::object()) {
    auto target = trust::describe(trust::target_name(folder, "digits", of), content).value();
    target.custom = std::move(custom.set("version", version));
    EXPECT_TRUE(trust::set_target(repository.roles[role], target).ok());
  }
  Result<delivery::Offer> newest(TufCatalog::Options options = {}, const Taker& taker = {}) {
    repository.publish({"online", "release", "targets", "snapshot", "timestamp"});
    options.target_urls = {"https://hub/targets"};
    return TufCatalog(trusted, repository.fetch(), options, clock).newest("digits", taker);
  }

  trust::Repository repository;
  trust::MemoryStore trusted;
  delivery::TestClock clock;
};

TEST_F(TufLayout, a_channel_chooses_a_version) {
  const auto offer = newest();
  ASSERT_TRUE(offer.ok()) << offer.error().text();
  EXPECT_EQ(offer->entry.version, "2.0.0");
  EXPECT_TRUE(offer->urls[0].starts_with("https://hub/targets/models/digits/")) << offer->urls[0];
}

TEST_F(TufLayout, a_pin_goes_before_the_channel_where_it_is_there) {
  EXPECT_EQ(newest({.pin = "museum"})->entry.version, "2.0.0");
  add("online", Folder::pins, "museum", "1.0.0", "one");
  EXPECT_EQ(newest({.pin = "museum"})->entry.version, "1.0.0");
}

TEST_F(TufLayout, who_signs_channels_cannot_say_what_a_version_is) {
  add("online", Folder::channels, "stable", "2.0.0", "something else");
  EXPECT_EQ(newest().error().code(), Code::permission_denied);
  add("online", Folder::models, "9.0.0", "9.0.0", "outside of its paths");
  add("online", Folder::channels, "stable", "9.0.0", "outside of its paths");
  EXPECT_NE(newest().error().text().find("not signed for by its owner"), std::string::npos);
}

TEST_F(TufLayout, what_the_hub_alone_has_signed_is_taken_where_that_is_allowed) {
  add("online", Folder::channels, "stable", "3.0.0", "three");
  EXPECT_EQ(newest().error().code(), Code::permission_denied);
  EXPECT_EQ(newest({.allow_online = true})->entry.version, "3.0.0");
}

json::Json named_besides(const std::vector<std::string>& versions) {
  return json::Json::object({{"else", json::Json::list(versions)}});
}
json::Json meant_for(const wire::Target& target) {
  return json::Json::object({{"target", wire::to_json(target)}});
}

TEST_F(TufLayout, a_major_version_that_the_app_does_not_know_is_passed_over) {
  add("online", Folder::channels, "stable", "2.0.0", "two", named_besides({"1.0.0"}));
  const auto offer = newest({}, {.majors = wire::Majors{1, 1}});
  ASSERT_TRUE(offer.ok()) << offer.error().text();
  EXPECT_EQ(offer->entry.version, "1.0.0");
  EXPECT_NE(offer->passed_over.find("2.0.0: it is of another major version"), std::string::npos)
      << offer->passed_over;
  EXPECT_EQ(newest({}, {.majors = wire::Majors{1, 2}})->entry.version, "2.0.0");
  EXPECT_EQ(newest({}, {.majors = wire::Majors{1, 2}})->passed_over, "");
  const auto none = newest({}, {.majors = wire::Majors{3, 4}});
  EXPECT_EQ(none.error().code(), Code::not_found);
  EXPECT_NE(none.error().text().find("(3-4); version 1.0.0"), std::string::npos);
}

TEST_F(TufLayout, a_version_for_other_devices_is_passed_over) {
  add("release", Folder::models, "2.0.0", "2.0.0", "two", meant_for({.least_memory = 8000}));
  add("online", Folder::channels, "stable", "2.0.0", "two", named_besides({"9.9.9", "1.0.0"}));
  const auto small = newest({}, {.device = {.memory = 4000}});
  ASSERT_TRUE(small.ok()) << small.error().text();
  EXPECT_EQ(small->entry.version, "1.0.0");
  EXPECT_NE(small->passed_over.find("8000 bytes of memory"), std::string::npos);
  EXPECT_NE(small->passed_over.find("'9.9.9' is not signed for by its owner"), std::string::npos);
  EXPECT_EQ(newest({}, {.device = {.memory = 9000}})->entry.version, "2.0.0");
}

TEST_F(TufLayout, whom_a_version_is_for_is_said_by_its_owner_alone) {
  add("release", Folder::models, "2.0.0", "2.0.0", "two", meant_for({.os = {"tvos"}}));
  // What the channel says of it counts for nothing, whichever way.
  add("online", Folder::channels, "stable", "2.0.0", "two", meant_for({}));
  EXPECT_EQ(newest({}, {.device = {.os = {"linux"}}}).error().code(), Code::not_found);
  add("online", Folder::channels, "stable", "1.0.0", "one", meant_for({.os = {"tvos"}}));
  EXPECT_EQ(newest({}, {.device = {.os = {"linux"}}})->entry.version, "1.0.0");
}

TEST_F(TufLayout, a_filter_that_cannot_be_read_is_met_by_nobody) {
  for (const char* bad : {R"({"os": "linux"})", R"({"app_versions": "2"})", R"([])"}) {
    add("release", Folder::models, "2.0.0", "2.0.0", "two",
        json::Json::object({{"target", json::parse(bad).value()}}));
    EXPECT_EQ(newest({}, {.device = {.app_version = "2", .os = {"linux"}}}).error().code(),
              Code::not_found)
        << bad;
  }
}

}  // namespace
}  // namespace samara::agent

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
           const std::string& content) {
    auto target = trust::describe(trust::target_name(folder, "digits", of), content).value();
    target.custom = json::Json::object({{"version", version}});
    EXPECT_TRUE(trust::set_target(repository.roles[role], target).ok());
  }
  Result<delivery::Offer> newest(TufCatalog::Options options = {}) {
    repository.publish({"online", "release", "targets", "snapshot", "timestamp"});
    options.target_urls = {"https://hub/targets"};
    return TufCatalog(trusted, repository.fetch(), options, clock).newest("digits");
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

}  // namespace
}  // namespace samara::agent

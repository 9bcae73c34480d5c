// The hub's store: tokens, versions, channels, and what may not be taken away.
#include "hub/store/store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/temporary_folder.h"
#include "base/text.h"

namespace samara::hub {
namespace {

using std::chrono::seconds;

class HubStore : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = Store::open(folder_.in("hub.sqlite"));
    if (!opened.ok() && opened.error().code() == Code::unsupported)
      GTEST_SKIP() << opened.error().brief();
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    store_ = std::move(*opened);
    EXPECT_TRUE(store_->make_project(root_, "p", "org").ok());
    project_ = *store_->project("p");
  }

  wire::Manifest manifest(const std::string& version) {
    wire::Manifest m;
    m.model = "digits";
    m.version = version;
    m.sha256 = sha256_hex(std::as_bytes(std::span(version)));
    m.size = 10;
    return m;
  }
  void add(const std::string& version, bool publish = true) {
    ASSERT_TRUE(store_->add_version(root_, project_, manifest(version), "{}").ok());
    model_ = *store_->model(project_.id, "digits");
    if (publish) {
      ASSERT_TRUE(store_->set_published(root_, project_, model_, version, true).ok());
    }
  }
  Status promote(const std::string& version, PointerKind kind = PointerKind::channel) {
    return store_->point(root_, project_, model_, kind, "stable", version);
  }
  std::string stable() {
    auto at = store_->resolve(model_.id, PointerKind::channel, "stable");
    return at.ok() ? at->manifest.version : at.error().brief();
  }
  Principal root_{0, "root", Role::admin, 0, "local"};
  const TemporaryFolder folder_ = TemporaryFolder::make().value();
  std::unique_ptr<Store> store_;
  Project project_;
  Model model_;
};

TEST_F(HubStore, tokens_hold_until_they_expire_or_are_revoked) {
  const std::string secret = *store_->make_token(root_, "ci", Role::publisher, "p", seconds(0));
  auto who = *store_->find_token(secret);
  ASSERT_TRUE(who);
  EXPECT_EQ(who->role, Role::publisher);
  EXPECT_EQ(who->project, project_.id);
  EXPECT_FALSE(*store_->find_token(secret + "x"));
  EXPECT_FALSE(*store_->find_token(""));
  EXPECT_EQ(store_->revoke_token(root_, {}, who->token).error().code(), Code::not_found);
  EXPECT_TRUE(store_->revoke_token(root_, project_, who->token).ok());
  EXPECT_FALSE(*store_->find_token(secret));
  EXPECT_EQ(store_->revoke_token(root_, project_, who->token).error().code(), Code::not_found);
  const std::string brief = *store_->make_token(root_, "brief", Role::viewer, "", seconds(1));
  while (*store_->find_token(brief)) usleep(50'000);
  const std::string longer = *store_->make_token(root_, "longer", Role::viewer, "", seconds(9999));
  EXPECT_TRUE(*store_->find_token(longer));
  EXPECT_EQ(store_->make_token(root_, "x", Role::viewer, "none", seconds(0)).error().code(),
            Code::not_found);
  // The database never sees the secret.
  EXPECT_EQ(read_file(folder_.in("hub.sqlite-wal"))->find(secret), std::string::npos);
}

TEST_F(HubStore, versions_are_never_changed) {
  add("1.0.0");
  const Status again = store_->add_version(root_, project_, manifest("1.0.0"), "{}");
  EXPECT_EQ(again.error().code(), Code::failed_precondition);
  add("1.10.0");
  add("1.9.0");
  add("2.0.0-rc.1", false);
  std::vector<std::string> order;
  const auto all = store_->versions(model_.id);
  for (const auto& stored : *all) order.push_back(stored.manifest.version);
  EXPECT_EQ(order, (std::vector<std::string>{"2.0.0-rc.1", "1.10.0", "1.9.0", "1.0.0"}));
  EXPECT_EQ((*store_->predecessor(model_.id, "1.11.0"))->manifest.version, "1.10.0");
  EXPECT_EQ((*store_->predecessor(model_.id, "1.10.0"))->manifest.version, "1.9.0");
  EXPECT_FALSE(store_->predecessor(model_.id, "2.0.0")->has_value());
}

TEST_F(HubStore, channels_point_and_roll_back) {
  add("1.0.0");
  add("1.1.0");
  add("1.2.0", false);
  EXPECT_EQ(promote("1.2.0").error().code(), Code::failed_precondition);
  EXPECT_EQ(promote("9.0.0").error().code(), Code::not_found);
  ASSERT_TRUE(promote("1.0.0").ok());
  EXPECT_EQ(store_->roll_back(root_, project_, model_, "stable").error().code(),
            Code::failed_precondition);
  ASSERT_TRUE(promote("1.1.0").ok());
  ASSERT_TRUE(promote("1.1.0").ok());
  EXPECT_EQ(stable(), "1.1.0");
  EXPECT_EQ(store_->roll_back(root_, project_, model_, "stable").value(), "1.0.0");
  EXPECT_EQ(stable(), "1.0.0");
  EXPECT_EQ(store_->roll_back(root_, project_, model_, "stable").value(), "1.1.0");
  EXPECT_EQ((*store_->pointers(model_.id, PointerKind::channel))[0].previous, "1.0.0");
}

TEST_F(HubStore, what_a_channel_can_need_stays) {
  add("1.0.0");
  add("1.1.0");
  add("1.2.0");
  ASSERT_TRUE(promote("1.0.0").ok());
  ASSERT_TRUE(promote("1.1.0").ok());
  for (const char* needed : {"1.0.0", "1.1.0"}) {
    const Status done = store_->set_published(root_, project_, model_, needed, false);
    EXPECT_EQ(done.error().code(), Code::failed_precondition) << needed;
    EXPECT_NE(done.error().brief().find("stable"), std::string::npos);
    EXPECT_FALSE(store_->remove_version(root_, project_, model_, needed).ok()) << needed;
  }
  EXPECT_FALSE(store_->remove_model(root_, project_, "digits").ok());
  EXPECT_FALSE(store_->remove_version(root_, project_, model_, "1.2.0").ok());
  ASSERT_TRUE(store_->set_published(root_, project_, model_, "1.2.0", false).ok());
  ASSERT_TRUE(store_->remove_version(root_, project_, model_, "1.2.0").ok());
  EXPECT_TRUE(store_->has_blob(project_.id, manifest("1.0.0").sha256, true).value());
  EXPECT_FALSE(store_->has_blob(project_.id, manifest("1.2.0").sha256, false).value());
  EXPECT_FALSE(store_->has_blob(project_.id + 1, manifest("1.0.0").sha256, false).value());
}

TEST_F(HubStore, collects_what_nothing_names) {
  auto blobs = std::move(*blobs::open_folder(folder_.in("blobs")));
  const auto put = [&](const std::string& content) {
    const std::string id = *blobs->begin();
    EXPECT_TRUE((*blobs->resume(id))->append(std::as_bytes(std::span(content))).ok());
    EXPECT_TRUE(blobs->finish(id, "").ok());
  };
  put("1.0.0");  // the content whose hash manifest("1.0.0") names
  put("garbage");
  add("1.0.0", false);
  EXPECT_EQ(store_->collect(root_, *blobs, seconds(100), true)->blobs, 0u);
  EXPECT_EQ(store_->collect(root_, *blobs, seconds(0), false)->blobs, 1u);
  EXPECT_EQ(blobs->list()->size(), 2u);
  EXPECT_EQ(store_->collect(root_, *blobs, seconds(0), true)->bytes, 7u);
  EXPECT_EQ(blobs->list()->size(), 1u);
  EXPECT_TRUE(blobs->look(manifest("1.0.0").sha256).ok());
}

TEST_F(HubStore, the_audit_log_says_who_did_what) {
  add("1.0.0");
  ASSERT_TRUE(promote("1.0.0").ok());
  EXPECT_FALSE(promote("7.0.0").ok());
  const auto log = store_->audit("p", 0, 10);
  ASSERT_TRUE(log.ok());
  ASSERT_EQ(log->size(), 4u);  // what failed changed nothing, and has no line
  EXPECT_EQ((*log)[0].action, "channel.promote");
  EXPECT_EQ((*log)[0].detail, "1.0.0");
  EXPECT_EQ((*log)[0].who, "root");
  EXPECT_EQ((*log)[3].action, "project.make");
  EXPECT_EQ(store_->audit("p", (*log)[0].id, 1)->at(0).action, "version.publish");
  EXPECT_TRUE(store_->audit("other", 0, 10)->empty());
}

TEST_F(HubStore, uploads_belong_to_a_project) {
  ASSERT_TRUE(store_->note_upload(root_, project_.id, "u1", 100).ok());
  EXPECT_EQ(store_->upload(project_.id, "u1")->size, 100u);
  EXPECT_EQ(store_->upload(project_.id + 1, "u1").error().code(), Code::not_found);
  ASSERT_TRUE(store_->forget_upload("u1").ok());
  EXPECT_EQ(store_->upload(project_.id, "u1").error().code(), Code::not_found);
}

TEST_F(HubStore, devices_that_were_heard_of_last_are_known) {
  for (const char* device : {"a", "b", "c"}) {
    ASSERT_TRUE(
        store_->set_device_state(root_, project_, device, "m stable", {1, "open", ""}, 2).ok());
  }
  EXPECT_EQ(store_->device_state(project_.id, "a", "m stable")->action, 0);
  EXPECT_EQ(store_->device_state(project_.id, "b", "m stable")->action, 1);
  EXPECT_EQ(store_->device_state(project_.id, "c", "m stable")->action, 1);
}

TEST_F(HubStore, what_a_device_says_again_is_logged_once) {
  const size_t before = store_->audit("p", 0, 100)->size();
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(
        store_->set_device_state(root_, project_, "one", "m stable", {1, "success", "x"}).ok());
  EXPECT_EQ(store_->audit("p", 0, 100)->size(), before + 1);
}

TEST_F(HubStore, a_token_may_be_of_one_device) {
  const std::string secret =
      *store_->make_token(root_, "board", Role::device, "p", seconds(0), "board-7");
  EXPECT_EQ((*store_->find_token(secret))->device, "board-7");
  EXPECT_EQ(store_->tokens(project_.id)->back().device, "board-7");
}

}  // namespace
}  // namespace samara::hub

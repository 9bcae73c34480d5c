// Users: what their roles amount to where, and what is left of a token for one project.
#include <gtest/gtest.h>

#include "base/temporary_folder.h"
#include "hub/store/store.h"

namespace samara::hub {
namespace {

using std::chrono::seconds;

const Project kFace{1, "face", "vision"}, kDigits{2, "digits", "vision"},
    kVoice{3, "voice", "audio"};

Principal user_with(std::vector<Grant> grants, Role most = Role::admin) {
  Principal who{1, "user:alice", most, 0, "", 7};
  who.grants = std::move(grants);
  return who;
}

TEST(principal, nobodys_tokens_have_their_role_as_it_stands) {
  const Principal whole{1, "admin", Role::admin, 0, ""}, one{2, "ci", Role::publisher, 1, ""};
  EXPECT_EQ(whole.role_in(kVoice), Role::admin);
  EXPECT_EQ(whole.role_in_organisation("audio"), Role::admin);
  EXPECT_EQ(whole.role_on_hub(), Role::admin);
  EXPECT_EQ(one.role_in(kFace), Role::publisher);
  EXPECT_EQ(one.role_in(kDigits), std::nullopt);
  EXPECT_EQ(one.role_in_organisation("vision"), std::nullopt);
  EXPECT_EQ(one.role_on_hub(), std::nullopt);
}

TEST(principal, users_have_the_highest_role_that_reaches_a_place) {
  const Principal who = user_with({{"vision", 0, "", Role::viewer},
                                   {"", 1, "face", Role::publisher},
                                   {"", 3, "voice", Role::viewer}});
  EXPECT_EQ(who.role_in(kFace), Role::publisher);
  EXPECT_EQ(who.role_in(kDigits), Role::viewer);
  EXPECT_EQ(who.role_in(kVoice), Role::viewer);
  EXPECT_EQ(who.role_in_organisation("vision"), Role::viewer);
  EXPECT_EQ(who.role_in_organisation("audio"), std::nullopt);
  EXPECT_EQ(who.role_in_organisation(""), std::nullopt);
  EXPECT_EQ(who.role_on_hub(), std::nullopt);
  EXPECT_EQ(who.best_role(), Role::publisher);
  EXPECT_EQ(user_with({}).best_role(), Role::device);
  EXPECT_EQ(user_with({}).role_in(kFace), std::nullopt);
  const Principal everywhere = user_with({{"", 0, "", Role::admin}}, Role::viewer);
  EXPECT_EQ(everywhere.role_in(kVoice), Role::viewer);
  EXPECT_EQ(everywhere.role_on_hub(), Role::viewer);
  EXPECT_EQ(everywhere.role_in_organisation("none"), Role::viewer);
}

TEST(users, tokens_for_one_project_reach_nothing_else) {
  const TemporaryFolder folder = TemporaryFolder::make().value();
  auto opened = Store::open(folder.in("hub.sqlite"));
  if (!opened.ok()) GTEST_SKIP() << opened.error().brief();
  Store& store = **opened;
  const Principal root{0, "root", Role::admin, 0, "local"};
  ASSERT_TRUE(store.make_project(root, "face", "vision").ok());
  ASSERT_TRUE(store.make_project(root, "voice", "audio").ok());
  ASSERT_TRUE(store.make_user(root, "alice", "correct horse").ok());
  const Project face = *store.project("face"), voice = *store.project("voice");
  ASSERT_TRUE(store.set_member(root, {"", face.id, "face", Role::viewer}, "alice").ok());
  ASSERT_TRUE(store.set_member(root, {"", voice.id, "voice", Role::admin}, "alice").ok());
  ASSERT_TRUE(store.set_member(root, {"audio", 0, "", Role::admin}, "alice").ok());
  const auto session = store.log_in("alice", "correct horse", "here", seconds(60));
  ASSERT_TRUE(session.ok()) << session.error().text();
  const Principal alice = **store.find_token(session->token);
  EXPECT_EQ(alice.best_role(), Role::admin);
  const auto made = store.make_own_token(alice, "ci", Role::admin, "face", seconds(0));
  ASSERT_TRUE(made.ok());
  const Principal ci = **store.find_token(*made);
  EXPECT_EQ(ci.name, "user:alice/ci");
  EXPECT_EQ(ci.best_role(), Role::viewer);
  EXPECT_EQ(ci.role_in(voice), std::nullopt);
  EXPECT_EQ(store.projects(ci)->size(), 1u);
  EXPECT_EQ(store.projects(alice)->size(), 2u);
  EXPECT_EQ(store.make_user(root, "alice", "correct horse").error().code(),
            Code::failed_precondition);
  EXPECT_EQ(store.log_in("alice", "correct hors", "here", seconds(60)).error().code(),
            Code::permission_denied);
}

}  // namespace
}  // namespace samara::hub

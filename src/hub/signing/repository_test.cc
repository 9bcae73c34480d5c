// The hub's part in a signed repository, with a clock that stands still and owners that err.
#include "hub/signing/repository.h"

#include <sys/stat.h>

#include "base/file.h"
#include "base/temporary_folder.h"
#include "base/text.h"
#include "fleet/trust/layout.h"
#include "fleet/trust/repository_test.h"

namespace samara::hub {
namespace {

using json::Json;
using trust::Folder;
using trust::kNow;

constexpr int64_t kHour = 3600, kDay = 24 * kHour;
const std::string kHash(64, 'a');

class HubSigning : public ::testing::Test {
 protected:
  HubSigning() {
    repository.emplace(Keys(folder_.in("keys")),
                       Repository::Options{.now = [this] { return now; }});
    holdings.versions = {{"digits", "1.0.0", kHash, 7, true}};
    for (const char* role : {"root", "targets", "release"})
      signers.emplace(role, trust::new_signer());
  }

  trust::RoleKeys owners(const char* role) { return {{signers.at(role).key()}, 1}; }
  trust::RoleKeys hubs(const char* role) {
    const auto held = repository->keys(project).value();
    for (const auto& [name, key] : held)
      if (name == role) return {{key}, 1};
    return {};
  }
  /// A file of the next version of a part.
  std::string signed_by(const char* who, Json part, int64_t expires = kNow + 300 * kDay) {
    EXPECT_TRUE(trust::renew(part, expires).ok());
    Json file = trust::unsigned_file(std::move(part));
    EXPECT_TRUE(trust::sign(file, signers.at(who)).ok());
    return trust::print(file);
  }
  std::string root() {
    Json part = trust::make_root(0, 0);
    for (const char* role : {"root", "targets"})
      EXPECT_TRUE(trust::set_role(part, role, owners(role)).ok());
    for (const char* role : {"snapshot", "timestamp"})
      EXPECT_TRUE(trust::set_role(part, role, hubs(role)).ok());
    return signed_by("root", part);
  }
  std::string targets(bool online) {
    Json part = trust::make_targets(0, 0);
    const trust::NewDelegation to_hub{
        "online", hubs("online"), {"channels/*/*", "online/*/*"}, true};
    if (online) {
      EXPECT_TRUE(trust::delegate(part, to_hub).ok());
    }
    EXPECT_TRUE(
        trust::delegate(part, {"release", owners("release"), {"models/*/*", "channels/*/*"}, true})
            .ok());
    return signed_by("targets", part);
  }
  Json release() {
    Json part = trust::make_targets(0, 0);
    add(part, trust::target_name(Folder::models, "digits", "1.0.0"));
    return part;
  }
  void add(Json& part, const std::string& name) {
    EXPECT_TRUE(trust::set_target(
                    part, {name, 7, {{"sha256", kHash}}, Json::object({{"version", "1.0.0"}})})
                    .ok());
  }
  Result<Signing::Next> send(const OwnersFiles& sent) {
    return repository->next(project, kept, sent, holdings);
  }
  /// Sends files that are taken, and keeps what comes of it.
  std::vector<std::string> take(const OwnersFiles& sent = {}) {
    auto next = send(sent);
    EXPECT_TRUE(next.ok()) << next.error().text();
    std::vector<std::string> roles;
    if (!next.ok()) return roles;
    for (SignedFile& file : next->files) {
      roles.push_back(cat(file.role, " ", file.version));
      kept.insert_or_assign(file.role, std::move(file));
    }
    return roles;
  }
  void begin(bool online) {
    take({{"root", root()},
          {"targets", targets(online)},
          {"release", signed_by("release", release())}});
  }
  using List = std::vector<std::string>;

  int64_t now = kNow;
  Project project{1, "p", "o", 0, false};
  std::optional<Repository> repository;
  std::map<std::string, trust::Signer> signers;
  SignedFiles kept;
  Holdings holdings;
  const TemporaryFolder folder_ = TemporaryFolder::make().value();
};

TEST_F(HubSigning, a_project_without_an_owners_root_has_no_repository) {
  EXPECT_EQ(send({{"release", signed_by("release", release())}}).error().code(),
            Code::failed_precondition);
  EXPECT_NE(send({{"root", root()}}).error().text().find("targets is missing"), std::string::npos);
  EXPECT_NE(send({{"root", root()}, {"targets", targets(false)}}).error().text().find("'release'"),
            std::string::npos);
}

TEST_F(HubSigning, what_follows_from_an_owners_files_is_signed) {
  begin(true);
  EXPECT_EQ(kept.size(), 6u);
  EXPECT_EQ(take(), List());
  holdings.pointers = {{PointerKind::channel, "stable", "digits", "1.0.0"}};
  EXPECT_EQ(take(), (List{"online 2", "snapshot 2", "timestamp 2"}));
  EXPECT_EQ(take(), List());
  holdings.pointers.clear();
  EXPECT_EQ(take(), (List{"online 3", "snapshot 3", "timestamp 3"}));
}

TEST_F(HubSigning, what_would_expire_is_signed_anew_and_nothing_else) {
  begin(true);
  now += 35 * kHour;
  EXPECT_EQ(take(), List());
  now += 2 * kHour;
  EXPECT_EQ(take(), (List{"timestamp 2"}));
  now += 3 * kDay;
  EXPECT_EQ(take(), (List{"online 2", "snapshot 2", "timestamp 3"}));
  // The owner's part has expired: devices say so, and the hub goes on with its own.
  now += 400 * kDay;
  EXPECT_EQ(take(), (List{"online 3", "snapshot 3", "timestamp 4"}));
}

TEST_F(HubSigning, a_channel_names_older_versions_for_devices_that_must_pass_its_own_over) {
  begin(true);
  const auto signed_for = [&](const char* version, const wire::Target& target) {
    Json part = *json::parse(kept["release"].content)->find("signed");
    Json custom = Json::object({{"version", version}});
    if (target != wire::Target()) custom.set("target", wire::to_json(target));
    EXPECT_TRUE(
        trust::set_target(
            part,
            {trust::target_name(Folder::models, "digits", version), 7, {{"sha256", kHash}}, custom})
            .ok());
    return send({{"release", signed_by("release", part)}});
  };
  const wire::Target phones = {.device_class = {"phone"}};
  holdings.versions.push_back({"digits", "2.0.0", kHash, 7, true, phones});
  const auto wrong = signed_for("2.0.0", {});
  EXPECT_EQ(wrong.error().code(), Code::failed_precondition);
  EXPECT_NE(wrong.error().text().find(R"(is for {"device_class":["phone"]})"), std::string::npos)
      << wrong.error().text();
  auto next = signed_for("2.0.0", phones);
  ASSERT_TRUE(next.ok()) << next.error().text();
  for (SignedFile& file : next->files) kept.insert_or_assign(file.role, std::move(file));
  // What only the hub has: signed for by its own role, with its filter.
  holdings.versions.push_back({"digits", "1.5.0", kHash, 7, true, {.least_memory = 9}});
  holdings.versions.push_back({"digits", "1.7.0", kHash, 7, false});
  holdings.pointers = {{PointerKind::channel, "stable", "digits", "2.0.0"}};
  take();
  const Json targets = *json::parse(kept["online"].content)->find("signed")->find("targets");
  EXPECT_EQ(targets.find("channels/stable/digits.tflite")->find("custom")->dump(),
            R"({"version":"2.0.0","else":["1.5.0","1.0.0"]})");
  EXPECT_EQ(targets.find("online/digits/1.5.0.tflite")->find("custom")->dump(),
            R"({"version":"1.5.0","target":{"least_memory":9}})");
}

TEST_F(HubSigning, channels_of_the_owner_go_by_the_owners_key) {
  begin(false);
  Json part = release();
  ASSERT_TRUE(trust::renew(part, 0).ok());
  add(part, trust::target_name(Folder::channels, "digits", "stable"));
  auto next = send({{"release", signed_by("release", part)}});
  ASSERT_TRUE(next.ok()) << next.error().text();
  ASSERT_EQ(next->pointers.size(), 1u);
  EXPECT_EQ(next->pointers[0],
            (Holdings::Pointer{PointerKind::channel, "stable", "digits", "1.0.0"}));
  holdings.pointers = {{PointerKind::channel, "beta", "digits", "1.0.0"}};
  EXPECT_EQ(send({}).error().code(), Code::failed_precondition);
}

TEST_F(HubSigning, the_root_must_give_the_hub_its_roles) {
  Json part = trust::make_root(0, 0);
  for (const char* role : {"root", "targets"})
    EXPECT_TRUE(trust::set_role(part, role, owners(role)).ok());
  for (const char* role : {"snapshot", "timestamp"})
    EXPECT_TRUE(trust::set_role(part, role, owners("release")).ok());
  const auto next = send({{"root", signed_by("root", part)},
                          {"targets", targets(false)},
                          {"release", signed_by("release", release())}});
  EXPECT_NE(next.error().text().find("of which this hub holds 0"), std::string::npos)
      << next.error().text();
}

TEST_F(HubSigning, keys_stay_and_are_nobody_elses_to_read) {
  begin(true);
  struct stat file = {};
  ASSERT_EQ(::stat((folder_.in("keys/p/timestamp.pem")).c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  Repository again(Keys(folder_.in("keys")), Repository::Options{.now = [this] { return now; }});
  EXPECT_EQ(again.keys(project).value(), repository->keys(project).value());
  ASSERT_TRUE(write_file(folder_.in("keys/p/online.pem"), std::string("no key")).ok());
  EXPECT_NE(send({}).error().text().find("p/online.pem"), std::string::npos);
}

}  // namespace
}  // namespace samara::hub

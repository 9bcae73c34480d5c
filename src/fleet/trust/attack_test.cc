// Named attacks on a device through its repository, mirror or network: each is refused, told by its
// name, and leaves what the device believed before. Lists: Uptane's standard, the specification of
// The Update Framework (chapter 1.5.2), and traps of readers of JSON.
#include <gtest/gtest.h>

#include "base/text.h"
#include "fleet/trust/content.h"
#include "fleet/trust/repository_test.h"

namespace samara::trust {
namespace {

using json::Json;

/// A file of metadata with one text replaced, signatures as they were.
std::string replaced(std::string bytes, std::string_view from, std::string_view to) {
  const size_t at = bytes.find(from);
  EXPECT_NE(at, bytes.npos) << from;
  return bytes.replace(at, from.size(), to);
}

/// As World, after a first good refresh with everything at version 2.
struct Attack : World {
  Attack() {
    repository.add_target("targets", "model", "good");
    repository.publish_all();
    EXPECT_TRUE(refresh().ok());
    before = store.files;
  }
  /// Nothing that was believed may have changed but what is named.
  void expect_kept(const std::vector<std::string>& but = {}) {
    for (const auto& [role, bytes] : before) {
      if (std::find(but.begin(), but.end(), role) != but.end()) continue;
      EXPECT_EQ(store.files[role], bytes) << role;
    }
  }
  std::map<std::string, std::string, std::less<>> before;
};

// Rollback

TEST(attack, rollback_of_the_timestamp) {
  Attack a;
  a.repository.roles["timestamp"].set("version", 1);
  a.repository.put("timestamp");
  expect_refused(a.refresh(), Code::failed_precondition, "rollback: timestamp is of version 1");
  a.expect_kept();
}

TEST(attack, rollback_of_the_snapshot_by_a_new_timestamp) {
  Attack a;
  a.repository.roles["snapshot"].set("version", 1);
  a.repository.put("snapshot");
  a.repository.publish({"timestamp"});
  expect_refused(a.refresh(), Code::failed_precondition, "rollback: the snapshot it names");
  a.expect_kept();
}

TEST(attack, rollback_of_targets_by_a_new_snapshot) {
  Attack a;
  a.repository.roles["targets"].set("version", 1);
  a.repository.put("targets");
  a.repository.publish({"snapshot", "timestamp"});
  expect_refused(a.refresh(), Code::failed_precondition, "rollback: targets.json is of version 1");
  a.expect_kept({"timestamp"});
}

TEST(attack, removal_of_a_role_from_the_snapshot) {
  Attack a;
  a.repository.add_delegation("targets", "team", {"team/*"});
  a.repository.publish({"team", "targets", "snapshot", "timestamp"});
  ASSERT_TRUE(a.refresh().ok());
  Json files = Json::object();
  files.set("targets.json", *a.repository.roles["snapshot"].find("meta")->find("targets.json"));
  a.repository.roles["snapshot"].set("meta", files);
  a.repository.publish({"snapshot", "timestamp"});
  expect_refused(a.refresh(), Code::failed_precondition, "team.json is no longer listed");
}

TEST(attack, rollback_after_an_expired_timestamp_was_kept) {
  Attack a;
  auto& r = a.repository;
  r.roles["timestamp"].set("version", 1);
  for (const char* role : {"timestamp", "snapshot", "targets"})
    r.roles[role].set("expires", "2040-01-01T00:00:00Z");
  r.put("timestamp");
  expect_refused(a.refresh(kNow + 2 * kWeek), Code::failed_precondition, "rollback: timestamp");
}

TEST(attack, root_of_an_older_version_under_the_next_name) {
  Attack a;
  a.repository.files["2.root.json"] = a.repository.first_root;
  expect_refused(a.refresh(), Code::failed_precondition, "asked for was version 2");
  a.expect_kept();
}

TEST(attack, root_that_skips_a_version) {
  Attack a;
  a.repository.roles["root"].set("version", 3);
  a.repository.files["2.root.json"] = a.repository.signed_bytes("root");
  expect_refused(a.refresh(), Code::failed_precondition, "is of version 3");
  a.expect_kept();
}

TEST(attack, timestamp_changed_under_the_same_version) {
  Attack a;
  a.repository.publish({"snapshot"});
  a.repository.put("timestamp");  // names snapshot 3, and is still version 2
  EXPECT_TRUE(a.refresh().ok());
  a.expect_kept();
}

// Freeze

TEST(attack, freeze_at_an_expired_timestamp) {
  Attack a;
  expect_refused(a.refresh(kNow + kWeek), Code::failed_precondition, "expired at");
  a.expect_kept();
}

TEST(attack, freeze_at_each_expired_role) {
  for (const char* role : {"timestamp", "snapshot", "targets"}) {
    Attack a;
    a.repository.roles[role].set("expires", "2020-01-01T00:00:00Z");
    a.repository.publish_all();
    expect_refused(a.refresh(), Code::failed_precondition, "expired at 2020-01-01");
    EXPECT_EQ(a.kept(role), 2) << role;
  }
}

TEST(attack, freeze_at_an_expired_root) {
  Attack a;
  a.repository.roles["root"].set("expires", "2020-01-01T00:00:00Z");
  a.repository.publish({"root"});
  expect_refused(a.refresh(), Code::failed_precondition, "expired at");
}

TEST(attack, freeze_of_a_delegated_role) {
  Attack a;
  a.repository.add_delegation("targets", "team", {"team/*"});
  a.repository.roles["team"].set("expires", "2020-01-01T00:00:00Z");
  a.repository.publish({"team", "targets", "snapshot", "timestamp"});
  ASSERT_TRUE(a.refresh().ok());
  expect_refused(Status(a.client.find("team/x").error()), Code::failed_precondition, "expired");
}

TEST(attack, no_target_is_found_after_a_failed_refresh) {
  Attack a;
  ASSERT_FALSE(a.refresh(kNow + kWeek).ok());
  EXPECT_EQ(a.client.find("model").error().code(), Code::failed_precondition);
}

// Mix and match

TEST(attack, snapshot_of_another_time_than_the_timestamp_says) {
  Attack a;
  const std::string old = a.repository.files["2.snapshot.json"];
  a.repository.publish_all();
  a.repository.files["3.snapshot.json"] = old;
  ASSERT_FALSE(a.refresh().ok());
  EXPECT_EQ(a.kept("snapshot"), 2);
}

TEST(attack, targets_of_another_time_than_the_snapshot_says) {
  Attack a;
  const std::string old = a.repository.files["2.targets.json"];
  a.repository.publish_all();
  a.repository.files["3.targets.json"] = old;
  expect_refused(a.refresh(), Code::data_loss, "sha256");
  EXPECT_EQ(a.kept("targets"), 2);
}

TEST(attack, a_version_that_the_snapshot_contradicts) {
  Attack a;  // listed without length and digest, as repositories may
  Json entry = Json::object({{"version", 9}});
  a.repository.roles["snapshot"].set("meta", Json::object({{"targets.json", entry}}));
  a.repository.publish({"snapshot", "timestamp"});
  a.repository.files["9.targets.json"] = a.repository.files["2.targets.json"];
  expect_refused(a.refresh(), Code::failed_precondition, "the snapshot names version 9");
}

TEST(attack, one_role_served_as_another) {
  Attack a;
  a.repository.signers["timestamp"].push_back(a.repository.signers["snapshot"][0]);
  a.repository.give_keys("timestamp");
  a.repository.publish({"root"});
  a.repository.files["timestamp.json"] = a.repository.files["2.snapshot.json"];
  expect_refused(a.refresh(), Code::invalid_argument, "of type \"snapshot\", not \"timestamp\"");
}

TEST(attack, a_role_that_was_believed_on_another_path) {
  Attack a;  // "release" is signed by the key that team-a names for it, and by no other
  auto& r = a.repository;
  r.add_delegation("targets", "team-a", {"a/*"});
  r.add_delegation("targets", "team-b", {"b/*"});
  r.add_delegation("team-b", "release", {"b/*"});
  r.signers["release"] = {new_signer()};
  r.add_delegation("team-a", "release", {"a/*"});
  r.add_target("release", "a/model", "good");
  r.add_target("release", "b/model", "bad");
  r.publish({"release", "team-a", "team-b", "targets", "snapshot", "timestamp"});
  ASSERT_TRUE(a.refresh().ok());
  EXPECT_TRUE(a.client.find("a/model").ok());
  expect_refused(Status(a.client.find("b/model").error()), Code::permission_denied, "role release");
  EXPECT_TRUE(a.client.find("a/model").ok());
}

TEST(attack, a_delegated_role_that_the_snapshot_does_not_list) {
  Attack a;
  a.repository.add_delegation("targets", "team", {"team/*"});
  a.repository.publish_all();
  a.repository.files["1.team.json"] = a.repository.signed_bytes("team");
  ASSERT_TRUE(a.refresh().ok());
  expect_refused(Status(a.client.find("team/x").error()), Code::failed_precondition,
                 "does not list");
}

// Fast-forward, endless data

TEST(attack, fast_forward_beyond_what_numbers_hold) {
  for (const char* version : {"9007199254740992", "18446744073709551615", "1e3", "3.0",
                              "18446744073709551616", "-1", "0", "\"3\""}) {
    Attack a;
    a.repository.files["timestamp.json"] =
        replaced(a.repository.files["timestamp.json"], "\"version\": 2,",
                 cat("\"version\": ", version, ","));
    ASSERT_FALSE(a.refresh().ok()) << version;
    a.expect_kept();
  }
}

TEST(attack, fast_forward_with_a_signature) {
  Attack a;
  a.repository.roles["timestamp"].set("version", int64_t{1} << 53);
  a.repository.put("timestamp");
  expect_refused(a.refresh(), Code::invalid_argument, "\"version\" is not an integer from 1");
  a.expect_kept();
}

TEST(attack, endless_data_in_each_role) {
  for (const char* role : {"root", "timestamp", "snapshot", "targets"}) {
    for (const bool ignores_limits : {false, true}) {
      Attack a;
      a.repository.publish({"root"});
      a.repository.publish_all();
      const std::string name = role == std::string("timestamp") ? "timestamp.json"
                               : role == std::string("root")    ? "2.root.json"
                                                                : cat("3.", role, ".json");
      a.repository.files.at(name) += std::string(6'000'000, ' ');
      a.repository.ignores_limits = ignores_limits;
      ASSERT_FALSE(a.refresh().ok()) << role;
      EXPECT_EQ(a.refresh().error().code(), Code::resource_exhausted) << role;
    }
  }
}

TEST(attack, a_length_beyond_the_limit_is_not_even_asked_for) {
  Attack a;
  Json entry = Json::object({{"version", 3}, {"length", int64_t{1} << 40}});
  a.repository.roles["snapshot"].set("meta", Json::object({{"targets.json", entry}}));
  a.repository.publish({"snapshot", "timestamp"});
  a.repository.asked.clear();
  expect_refused(a.refresh(), Code::resource_exhausted, "the limit is 5000000");
  EXPECT_EQ(a.repository.asked.back(), "3.snapshot.json");
}

TEST(attack, endless_chain_of_roots) {
  World w(true, {.root_rotations = 4});
  for (int i = 0; i < 50; ++i) w.repository.publish({"root"});
  ASSERT_TRUE(w.refresh().ok());
  EXPECT_EQ(w.kept("root"), 5);
}

TEST(attack, endless_chain_of_delegations) {
  Attack a;
  std::string parent = "targets";
  std::vector<std::string> names;
  for (int i = 0; i < 40; ++i) {
    names.insert(names.begin(), cat("deep-", i));
    a.repository.add_delegation(parent, names.front(), {"*"});
    parent = names.front();
  }
  a.repository.publish(names);
  a.repository.publish_all();
  ASSERT_TRUE(a.refresh().ok());
  a.repository.asked.clear();
  EXPECT_EQ(a.client.find("x").error().code(), Code::resource_exhausted);
  EXPECT_EQ(a.repository.asked.size(), 32u);
}

TEST(attack, circle_of_delegations) {
  Attack a;
  auto& r = a.repository;
  r.add_delegation("targets", "one", {"*"});
  r.add_delegation("one", "two", {"*"});
  r.add_delegation("two", "one", {"*"});
  r.add_delegation("two", "two", {"*"});
  r.publish({"two", "one", "targets", "snapshot", "timestamp"});
  ASSERT_TRUE(a.refresh().ok());
  EXPECT_EQ(a.client.find("x").error().code(), Code::not_found);
}

TEST(attack, pattern_that_takes_exponential_time_elsewhere) {
  std::string pattern, name(1000, 'a');
  for (int i = 0; i < 200; ++i) pattern += "a*";
  EXPECT_FALSE(matches(pattern + "b", name));
}

// Keys

TEST(attack, unsigned_metadata_in_each_role) {
  for (const char* role : {"root", "timestamp", "snapshot", "targets"}) {
    Attack a;
    a.repository.signers[role].clear();
    a.repository.publish({"root", "targets", "snapshot", "timestamp"});
    expect_refused(a.refresh(), Code::permission_denied, "signed by 0 of the 1");
  }
}

TEST(attack, wrong_key_in_each_role) {
  for (const char* role : {"root", "timestamp", "snapshot", "targets"}) {
    Attack a;
    a.repository.signers[role] = {new_signer()};
    a.repository.publish({"root", "targets", "snapshot", "timestamp"});
    expect_refused(a.refresh(), Code::permission_denied, "signed by 0 of the 1");
  }
}

TEST(attack, a_good_key_id_over_a_wrong_signature) {
  Attack a;
  a.repository.publish({"timestamp"});
  Json file = json::parse(a.repository.files["timestamp.json"]).value();
  Json one = (*file.find("signatures")->as_array())[0];
  for (const char* sig : {"", "zz", "00", "00112233445566778899"}) {
    one.set("sig", sig);
    file.set("signatures", Json::array({one}));
    a.repository.files["timestamp.json"] = print(file);
    expect_refused(a.refresh(), Code::permission_denied, "signed by 0 of the 1");
  }
}

TEST(attack, revoked_key) {
  Attack a;
  const std::vector<Signer> stolen = a.repository.signers["timestamp"];
  a.repository.rotate("timestamp");
  a.repository.publish({"root", "timestamp"});
  ASSERT_TRUE(a.refresh().ok());
  a.repository.signers["timestamp"] = stolen;
  a.repository.publish({"timestamp"});
  expect_refused(a.refresh(), Code::permission_denied, "signed by 0 of the 1");
}

TEST(attack, revoked_delegated_key) {
  Attack a;
  auto& r = a.repository;
  r.add_delegation("targets", "team", {"team/*"});
  r.add_target("team", "team/model", "bad");
  r.publish({"team", "targets", "snapshot", "timestamp"});
  ASSERT_TRUE(a.refresh().ok() && a.client.find("team/model").ok());
  const std::vector<Signer> stolen = r.signers["team"];
  r.signers["team"] = {new_signer()};
  r.add_delegation("targets", "team", {"team/*"});
  r.signers["team"] = stolen;
  r.publish_all();
  ASSERT_TRUE(a.refresh().ok());  // the kept team.json is as the snapshot says, its key is gone
  EXPECT_EQ(a.client.find("team/model").error().code(), Code::permission_denied);
}

TEST(attack, key_of_one_role_signs_another) {
  Attack a;
  a.repository.signers["targets"] = a.repository.signers["timestamp"];
  a.repository.publish_all();
  expect_refused(a.refresh(), Code::permission_denied, "role targets");
}

TEST(attack, root_signed_by_new_keys_alone) {
  Attack a;
  a.repository.rotate("root");
  a.repository.publish({"root"});
  expect_refused(a.refresh(), Code::permission_denied, "the keys of the root before");
  a.expect_kept();
}

TEST(attack, root_signed_by_old_keys_alone) {
  Attack a;
  const std::vector<Signer> old = a.repository.signers["root"];
  a.repository.rotate("root");
  a.repository.signers["root"] = old;
  a.repository.publish({"root"});
  expect_refused(a.refresh(), Code::permission_denied, "signed by 0 of the 1");
  a.expect_kept();
}

TEST(attack, threshold_by_one_signature_many_times) {
  Attack a;
  auto& r = a.repository;
  r.signers["timestamp"].push_back(new_signer());
  r.give_keys("timestamp", 2);
  r.signers["timestamp"].pop_back();
  r.publish({"root", "timestamp"});
  Json file = json::parse(r.files["timestamp.json"]).value();
  const Json one = (*file.find("signatures")->as_array())[0];
  file.set("signatures", Json::array({one, one, one}));
  r.files["timestamp.json"] = print(file);
  expect_refused(a.refresh(), Code::invalid_argument, "twice among the signatures");
}

TEST(attack, threshold_by_one_key_under_two_ids) {
  Attack a;  // ids are names: a member that nobody knows gives one key a second id
  auto& r = a.repository;
  Json again = r.signers["timestamp"][0].key();
  again.set("x", 1);
  ASSERT_TRUE(set_role(r.roles["root"], "timestamp",
                       {.keys = {r.signers["timestamp"][0].key(), again}, .threshold = 2})
                  .ok());
  r.publish({"root", "timestamp"});
  Json file = json::parse(r.files["timestamp.json"]).value();
  Json one = (*file.find("signatures")->as_array())[0];
  Json two = one;
  two.set("keyid", key_id(again).value());
  file.set("signatures", Json::array({one, two}));
  r.files["timestamp.json"] = print(file);
  expect_refused(a.refresh(), Code::permission_denied, "signed by 1 of the 2 different keys");
}

TEST(attack, one_key_id_twice_in_a_role) {
  Attack a;
  Json roles = *a.repository.roles["root"].find("roles");
  Json role = *roles.find("timestamp");
  const Json id = (*role.find("keyids")->as_array())[0];
  roles.set("timestamp", role.set("keyids", Json::array({id, id})).set("threshold", 2));
  a.repository.roles["root"].set("roles", roles);
  a.repository.publish({"root"});
  expect_refused(a.refresh(), Code::invalid_argument, "twice in one role");
  a.expect_kept();
}

TEST(attack, threshold_of_zero_or_less) {
  for (const int64_t threshold : {0, -1}) {
    Attack a;
    Json roles = *a.repository.roles["root"].find("roles");
    Json role = *roles.find("timestamp");
    roles.set("timestamp", role.set("threshold", threshold));
    a.repository.roles["root"].set("roles", roles);
    a.repository.publish({"root"});
    expect_refused(a.refresh(), Code::invalid_argument, "\"threshold\" is not an integer from 1");
  }
}

TEST(attack, threshold_not_reached) {
  Attack a;
  for (int i = 0; i < 2; ++i) a.repository.signers["snapshot"].push_back(new_signer());
  a.repository.give_keys("snapshot", 3);
  a.repository.signers["snapshot"].pop_back();
  a.repository.publish({"root", "snapshot", "timestamp"});
  expect_refused(a.refresh(), Code::permission_denied, "signed by 2 of the 3");
}

TEST(attack, first_root_that_its_keys_did_not_sign) {
  Repository repository;
  MemoryStore store;
  const std::string bad = replaced(repository.first_root, "\"version\": 1", "\"version\": 7");
  expect_refused(Client::bootstrap(store, bad), Code::permission_denied, "signed by 0");
  EXPECT_TRUE(store.files.empty());
}

TEST(attack, key_of_another_scheme_than_it_says) {
  Attack a;
  Json key = a.repository.signers["timestamp"][0].key();
  key.set("keytype", "rsa").set("scheme", "rsassa-pss-sha256");
  ASSERT_TRUE(set_role(a.repository.roles["root"], "timestamp", {.keys = {key}}).ok());
  a.repository.publish({"root", "timestamp"});
  expect_refused(a.refresh(), Code::permission_denied, "signed by 0 of the 1");
}

// Content and digests

TEST(attack, content_that_was_exchanged) {
  Attack a;
  const auto target = a.client.find("model");
  ASSERT_TRUE(target.ok());
  EXPECT_TRUE(check_content("good", target->length, target->hashes).ok());
  for (const std::string_view bad : {"evil", "good ", "goo", ""})
    EXPECT_EQ(check_content(bad, target->length, target->hashes).error().code(), Code::data_loss);
}

TEST(attack, endless_content) {
  Attack a;
  const TargetFile target = a.client.find("model").value();
  ContentCheck check = ContentCheck::start(target.length, target.hashes).value();
  EXPECT_TRUE(check.add(crypto::bytes_of("go")).ok());
  EXPECT_TRUE(check.add(crypto::bytes_of("od")).ok());
  EXPECT_EQ(check.add(crypto::bytes_of("!")).error().code(), Code::data_loss);
}

TEST(attack, content_that_ends_early_or_changes_in_one_piece) {
  Attack a;
  const TargetFile target = a.client.find("model").value();
  for (const std::vector<std::string_view>& pieces :
       {std::vector<std::string_view>{"goo"}, {}, {"g", "O", "od"}, {"good", ""}}) {
    ContentCheck check = ContentCheck::start(target.length, target.hashes).value();
    for (const std::string_view piece : pieces)
      ASSERT_TRUE(check.add(crypto::bytes_of(piece)).ok());
    EXPECT_EQ(check.finish().ok(), pieces.size() == 2);
  }
}

TEST(attack, clock_that_jumps) {
  Attack a;
  expect_refused(a.refresh(kNow + 1000 * kWeek), Code::failed_precondition, "expired at");
  a.expect_kept();
  EXPECT_TRUE(a.refresh().ok());  // back again, and nothing was lost
  a.repository.publish({"timestamp"});
  EXPECT_TRUE(a.refresh(0).ok());  // at 1970 nothing is expired, yet versions still count
  a.repository.roles["timestamp"].set("version", 2);
  a.repository.put("timestamp");
  expect_refused(a.refresh(0), Code::failed_precondition, "rollback: timestamp");
  expect_refused(a.refresh(INT64_MAX), Code::failed_precondition, "expired at");
}

TEST(attack, one_of_two_digests_is_wrong) {
  Attack a;
  TargetFile target = a.client.find("model").value();
  ASSERT_EQ(target.hashes.size(), 2u);
  target.hashes[1].second = std::string(128, '0');
  EXPECT_EQ(check_content("good", target.length, target.hashes).error().code(), Code::data_loss);
  target.hashes[1].second = "no digits";
  EXPECT_EQ(check_content("good", target.length, target.hashes).error().code(), Code::data_loss);
}

TEST(attack, digests_of_unknown_kinds_alone) {
  EXPECT_EQ(check_content("good", 4, {{"md5", "755f85c2723bb39381c7379a604160d8"}}).error().code(),
            Code::invalid_argument);
}

TEST(attack, targets_without_a_digest) {
  for (const char* entry :
       {R"({"length":4,"hashes":{}})", R"({"length":4})", R"({"hashes":{"a":1},"length":4})"}) {
    Attack a;
    a.repository.roles["targets"].set("targets",
                                      Json::object({{"model", json::parse(entry).value()}}));
    a.repository.publish_all();
    expect_refused(a.refresh(), Code::invalid_argument, "target 'model'");
  }
}

// Names

TEST(attack, names_of_targets_that_leave_the_folder) {
  Attack a;
  const std::string nul("a\0b", 3), very_long(1025, 'x');
  for (const std::string& bad :
       {std::string(""), std::string("../model"), std::string("a/../../model"),
        std::string("/model"), std::string("a//b"), std::string("a/"), std::string("."),
        std::string("a\\..\\b"), nul, std::string("a\nb"), std::string("\xff"), very_long,
        std::string("a/./b")}) {
    EXPECT_EQ(a.client.find(bad).error().code(), Code::invalid_argument) << bad;
    EXPECT_EQ(
        a.client.remote_path({.name = bad, .length = 0, .hashes = {}, .custom = {}}).error().code(),
        Code::invalid_argument);
  }
}

TEST(attack, names_of_roles_that_leave_the_folder) {
  Attack a;
  for (const std::string& name : {std::string("../evil"), std::string("/evil"),
                                  std::string("a?b#c"), std::string(".."), std::string("a\nb")}) {
    a.repository.add_delegation("targets", name, {"x/*"});
    a.repository.publish({name});
  }
  a.repository.publish_all();
  ASSERT_TRUE(a.refresh().ok());
  a.repository.asked.clear();
  EXPECT_EQ(a.client.find("x/y").error().code(), Code::not_found);
  EXPECT_EQ(a.repository.asked,
            (std::vector<std::string>{"2...%2Fevil.json", "2.%2Fevil.json", "2.a%3Fb%23c.json",
                                      "2.%2E%2E.json", "2.a%0Ab.json"}));
}

TEST(attack, delegated_roles_called_like_top_level_ones) {
  for (const char* name : {"root", "timestamp", "snapshot", "targets", ""}) {
    Attack a;
    a.repository.add_delegation("targets", "team", {"*"});
    a.repository.publish({"team"});
    Json delegations = *a.repository.roles["targets"].find("delegations");
    Json role = (*delegations.find("roles")->as_array())[0];
    delegations.set("roles", Json::array({role.set("name", name)}));
    a.repository.roles["targets"].set("delegations", delegations);
    a.repository.publish_all();
    expect_refused(a.refresh(), Code::invalid_argument, "no delegated role may be called");
  }
}

// JSON

TEST(attack, members_that_stand_twice) {
  Attack a;
  a.repository.publish({"timestamp"});
  a.repository.files["timestamp.json"] = replaced(
      a.repository.files["timestamp.json"], "\"version\": 3,", "\"version\": 3, \"version\": 9,");
  expect_refused(a.refresh(), Code::invalid_argument, "stands twice");
  a.expect_kept();
}

TEST(attack, depth_that_overflows_the_stack_elsewhere) {
  for (const size_t depth : {65, 8000}) {
    Attack a;
    a.repository.files["timestamp.json"] = std::string(depth, '[') + std::string(depth, ']');
    expect_refused(a.refresh(), Code::resource_exhausted, "nested deeper");
    a.expect_kept();
  }
}

TEST(attack, numbers_that_readers_round) {
  for (const char* number : {"9007199254740993", "1.5", "1e400", "18446744073709551616"}) {
    Attack a;
    a.repository.publish({"timestamp"});
    a.repository.files["timestamp.json"] =
        replaced(a.repository.files["timestamp.json"],
                 "\"length\": ", cat("\"length\": ", number, ", \"y\": "));
    ASSERT_FALSE(a.refresh().ok()) << number;
    a.expect_kept();
  }
}

TEST(attack, not_metadata_at_all) {
  for (const char* bad :
       {"", "null", "[]", "{}", "<html></html>", "{\"signed\":1,\"signatures\":[]}",
        "{\"signed\":{},\"signatures\":{}}", "{\"signed\":{},\"signatures\":[1]}",
        "{\"signed\":{},\"signatures\":[]}", "\xff\xfe"}) {
    Attack a;
    a.repository.files["timestamp.json"] = bad;
    ASSERT_FALSE(a.refresh().ok()) << bad;
    a.expect_kept();
  }
}

TEST(attack, times_that_are_none) {
  for (const char* bad : {"", "2030-01-01", "2030-02-30T00:00:00Z", "2030-01-01T00:00:00+00:00",
                          "2030-01-01T24:00:00Z", "2030-01-01 00:00:00Z", "never"}) {
    Attack a;
    a.repository.roles["timestamp"].set("expires", bad);
    a.repository.publish({"timestamp"});
    expect_refused(a.refresh(), Code::invalid_argument, "\"expires\" is not a time");
    a.expect_kept();
  }
}

TEST(attack, another_specification) {
  for (const char* version : {"2.0.0", "0.9", "1", "1.", "x", "1..0", "1.0.0.0"}) {
    Attack a;
    a.repository.roles["timestamp"].set("spec_version", version);
    a.repository.publish({"timestamp"});
    expect_refused(a.refresh(), Code::unsupported, "of the specification");
  }
}

// Network

TEST(attack, files_that_are_withheld) {
  for (const char* name : {"timestamp.json", "3.snapshot.json", "3.targets.json"}) {
    Attack a;
    a.repository.publish_all();
    a.repository.files.erase(name);
    expect_refused(a.refresh(), Code::not_found, name);
  }
}

TEST(attack, an_error_in_place_of_the_next_root) {
  Attack a;
  const Fetch good = a.repository.fetch();
  Client client(a.store, [&](const std::string& name, uint64_t most) -> Result<std::string> {
    if (name == "2.root.json") return Error(Code::unavailable, "cut");
    return good(name, most);
  });
  expect_refused(client.refresh(kNow), Code::unavailable, "cut");
  a.expect_kept();
}

}  // namespace
}  // namespace samara::trust

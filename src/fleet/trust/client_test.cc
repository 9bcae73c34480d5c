// What the client does when nobody attacks: order of requests, what it keeps, delegations.
#include "fleet/trust/client.h"

#include <gtest/gtest.h>

#include "fleet/trust/repository_test.h"

namespace samara::trust {
namespace {

using Names = std::vector<std::string>;

TEST(client, asks_in_order_and_keeps_the_bytes_as_they_came) {
  World w;
  ASSERT_TRUE(w.refresh().ok());
  EXPECT_EQ(w.repository.asked,
            (Names{"2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"}));
  EXPECT_EQ(w.store.files.at("targets"), w.repository.files.at("1.targets.json"));
  w.repository.asked.clear();
  ASSERT_TRUE(w.refresh().ok());
  EXPECT_EQ(w.repository.asked, (Names{"2.root.json", "timestamp.json"}));
}

TEST(client, names_carry_no_version_without_consistent_snapshots) {
  World w(false);
  w.repository.add_target("targets", "a/b.tflite", "content");
  w.repository.publish_all();
  ASSERT_TRUE(w.refresh().ok());
  EXPECT_EQ(w.repository.asked,
            (Names{"2.root.json", "timestamp.json", "snapshot.json", "targets.json"}));
  EXPECT_EQ(w.client.remote_path(w.client.find("a/b.tflite").value()).value(), "a/b.tflite");
}

TEST(client, finds_targets_and_their_addresses) {
  World w;
  w.repository.add_target("targets", "faces/v 1.tflite", "content");
  w.repository.publish_all();
  ASSERT_TRUE(w.refresh().ok());
  const auto target = w.client.find("faces/v 1.tflite");
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->length, 7u);
  EXPECT_EQ(w.client.remote_path(*target).value(),
            "faces/ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73.v%201.tflite");
  EXPECT_EQ(w.client.find("other").error().code(), Code::not_found);
}

TEST(client, needs_a_first_root_and_a_refresh) {
  MemoryStore store;
  Repository repository;
  Client client(store, repository.fetch());
  expect_refused(client.refresh(kNow), Code::failed_precondition, "no root to begin with");
  EXPECT_EQ(client.find("x").error().code(), Code::failed_precondition);
  EXPECT_TRUE(repository.asked.empty());
}

TEST(client, bootstrap_keeps_a_root_that_was_rotated_since) {
  World w;
  w.repository.publish({"root"});
  ASSERT_TRUE(w.refresh().ok());
  ASSERT_EQ(w.kept("root"), 2);
  ASSERT_TRUE(Client::bootstrap(w.store, w.repository.first_root).ok());
  EXPECT_EQ(w.kept("root"), 2);
}

TEST(client, follows_a_chain_of_rotated_roots) {
  World w;
  for (int i = 0; i < 5; ++i) {
    const std::vector<Signer> before = w.repository.signers["root"];
    w.repository.rotate("root");
    std::vector<Signer> both = w.repository.signers["root"];
    both.insert(both.end(), before.begin(), before.end());
    std::swap(w.repository.signers["root"], both);  // signs with the old and the new
    w.repository.publish({"root"});
    std::swap(w.repository.signers["root"], both);
  }
  ASSERT_TRUE(w.refresh().ok());
  EXPECT_EQ(w.kept("root"), 6);
}

TEST(client, stops_after_so_many_rotations_and_goes_on_next_time) {
  World w(true, {.root_rotations = 3});
  for (int i = 0; i < 5; ++i) w.repository.publish({"root"});
  ASSERT_TRUE(w.refresh().ok());
  EXPECT_EQ(w.kept("root"), 4);
  ASSERT_TRUE(w.refresh().ok());
  EXPECT_EQ(w.kept("root"), 6);
}

TEST(client, an_expired_root_can_be_left_behind) {
  World w;
  ASSERT_TRUE(w.refresh().ok());
  const int64_t later = kNow + 60 * kWeek;
  for (const char* role : {"root", "targets", "snapshot", "timestamp"})
    ASSERT_TRUE(renew(w.repository.roles[role], later + kWeek).ok());
  for (const char* role : {"root", "targets", "snapshot", "timestamp"}) w.repository.put(role);
  EXPECT_TRUE(w.refresh(later).ok());
}

TEST(client, recovers_from_fast_forward_by_rotated_keys) {
  World w;
  auto& r = w.repository;
  for (const char* role : {"snapshot", "timestamp"}) r.roles[role].set("version", 1'000'000);
  r.put("snapshot");
  r.put("timestamp");
  ASSERT_TRUE(w.refresh().ok());
  ASSERT_EQ(w.kept("timestamp"), 1'000'000);
  r.rotate("snapshot");
  r.rotate("timestamp");
  r.publish({"root"});
  for (const char* role : {"snapshot", "timestamp"}) r.roles[role].set("version", 2);
  r.put("snapshot");
  r.put("timestamp");
  ASSERT_TRUE(w.refresh().ok());
  EXPECT_EQ(w.kept("timestamp"), 2);
  EXPECT_EQ(w.kept("snapshot"), 2);
}

TEST(client, searches_delegations_in_order_and_depth_first) {
  World w;
  auto& r = w.repository;
  for (const auto& [parent, child] : std::vector<std::pair<const char*, const char*>>{
           {"targets", "a"}, {"targets", "b"}, {"a", "c"}, {"c", "d"}})
    r.add_delegation(parent, child, {"*"});
  r.publish({"d", "c", "b", "a", "targets", "snapshot", "timestamp"});
  ASSERT_TRUE(w.refresh().ok());
  r.asked.clear();
  EXPECT_EQ(w.client.find("nothing").error().code(), Code::not_found);
  EXPECT_EQ(r.asked, (Names{"2.a.json", "2.c.json", "2.d.json", "2.b.json"}));
}

TEST(client, a_terminating_delegation_ends_the_search) {
  World w;
  auto& r = w.repository;
  r.add_delegation("targets", "a", {"x/*"}, true);
  r.add_delegation("targets", "b", {"x/*"});
  r.add_target("b", "x/model", "content");
  r.publish({"a", "b", "targets", "snapshot", "timestamp"});
  ASSERT_TRUE(w.refresh().ok());
  EXPECT_EQ(w.client.find("x/model").error().code(), Code::not_found);
}

TEST(client, finds_a_target_in_its_bin) {
  World w;
  auto& r = w.repository;
  r.signers["bins"].push_back(new_signer());
  ASSERT_TRUE(delegate_to_bins(r.roles["targets"], "bin", 6, r.keys_of("bins")).ok());
  for (int i = 0; i < 64; ++i) {
    const std::string name = std::string("bin-") + "0123"[i / 16] + "0123456789abcdef"[i % 16];
    r.roles[name] = make_targets(1, kNow + kWeek);
    r.signers[name] = r.signers["bins"];
    // The bin is that of the name's hash: all but one of them must not be asked.
    ASSERT_TRUE(set_target(r.roles[name], describe("model", name).value()).ok());
    r.put(name);
  }
  r.publish_all();
  ASSERT_TRUE(w.refresh().ok());
  r.asked.clear();
  const auto target = w.client.find("model");  // SHA-256 9372c4...: its first six bits are 100100
  ASSERT_TRUE(target.ok()) << target.error().text();
  EXPECT_EQ(r.asked, (Names{"1.bin-24.json"}));
}

TEST(client, members_that_nobody_knows_count_in_signatures) {
  World w;
  auto& r = w.repository;
  r.roles["root"].set("x-note",
                      json::Json::object({{"of", json::Json::array({1, "two", nullptr})}}));
  r.publish({"root"});
  ASSERT_TRUE(w.refresh().ok());
  EXPECT_EQ(w.kept("root"), 2);
  auto file = json::parse(r.signed_bytes("root")).value();
  json::Json part = *file.find("signed");
  part.set("version", 3).set("x-note", "changed");
  file.set("signed", part);
  r.files["3.root.json"] = print(file);
  expect_refused(w.refresh(), Code::permission_denied, "signed by 0 of the 1");
}

TEST(client, mends_a_store_whose_files_are_damaged) {
  World w;
  ASSERT_TRUE(w.refresh().ok());
  const auto good = w.store.files;
  for (const char* role : {"timestamp", "snapshot", "targets"}) {
    w.store.files[role] = good.at(role).substr(0, 40);
    ASSERT_TRUE(w.refresh().ok()) << role;
    EXPECT_EQ(w.store.files, good) << role;
  }
}

TEST(client, says_when_the_store_cannot_be_written) {
  World w;
  w.store.fails = true;
  expect_refused(w.refresh(), Code::io, "the disk is full");
}

TEST(client, takes_every_kind_of_key) {
  using crypto::KeyKind;
  for (const KeyKind kind : {KeyKind::ed25519, KeyKind::ecdsa_p256, KeyKind::rsa}) {
    World w;
    auto& r = w.repository;
    r.signers["timestamp"] = {new_signer(kind)};
    r.give_keys("timestamp");
    r.publish({"root", "timestamp"});
    EXPECT_TRUE(w.refresh().ok()) << crypto::name(kind);
    EXPECT_EQ(w.kept("timestamp"), 2);
  }
}

}  // namespace
}  // namespace samara::trust

// A repository in memory for tests: it publishes what it is told to, right or wrong, and notes what
// it was asked for.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "fleet/trust/client.h"
#include "fleet/trust/names.h"
#include "fleet/trust/write.h"

namespace samara::trust {

constexpr int64_t kNow = 1'800'000'000;
constexpr int64_t kWeek = 7 * 86400;

inline Signer new_signer(crypto::KeyKind kind = crypto::KeyKind::ed25519) {
  return Signer::of(crypto::PrivateKey::generate(kind, 2048).value()).value();
}

class MemoryStore : public Store {
 public:
  Result<std::string> load(std::string_view role) override {
    const auto at = files.find(role);
    if (at == files.end()) return Error(Code::not_found, "nothing");
    return at->second;
  }
  Status save(std::string_view role, std::string_view bytes) override {
    if (fails) return Error(Code::io, "the disk is full");
    files[std::string(role)] = bytes;
    return ok();
  }
  std::map<std::string, std::string, std::less<>> files;
  bool fails = false;
};

class Repository {
 public:
  explicit Repository(bool consistent = true) {
    roles["root"] = make_root(1, kNow + 52 * kWeek).set("consistent_snapshot", consistent);
    roles["targets"] = make_targets(1, kNow + kWeek);
    roles["snapshot"] = make_snapshot(1, kNow + kWeek);
    roles["timestamp"] = make_timestamp(1, kNow + kWeek);
    for (const char* role : {"root", "targets", "snapshot", "timestamp"}) {
      signers[role].push_back(new_signer());
      give_keys(role);
    }
    for (const char* role : {"root", "targets", "snapshot", "timestamp"}) put(role);
    first_root = files["1.root.json"];
  }

  /// Names the signers of the role in the root.
  void give_keys(const std::string& role, int64_t threshold = 1) {
    ASSERT_TRUE(set_role(roles["root"], role, keys_of(role, threshold)).ok());
  }
  RoleKeys keys_of(const std::string& role, int64_t threshold = 1) {
    RoleKeys out{.keys = {}, .threshold = threshold};
    for (const Signer& one : signers[role]) out.keys.push_back(one.key());
    return out;
  }
  void rotate(const std::string& role) {
    signers[role].clear();
    signers[role].push_back(new_signer());
    give_keys(role);
  }
  /// A delegated role with a key of its own, listed and served.
  void add_delegation(const std::string& parent, const std::string& name,
                      std::vector<std::string> paths, bool terminating = false) {
    if (signers[name].empty()) signers[name].push_back(new_signer());
    if (roles.count(name) == 0) roles[name] = make_targets(1, kNow + kWeek);
    NewDelegation delegation{name, keys_of(name), std::move(paths), terminating};
    ASSERT_TRUE(delegate(roles[parent], delegation).ok());
  }
  void add_target(const std::string& role, const std::string& name, const std::string& content) {
    ASSERT_TRUE(set_target(roles[role], describe(name, content).value()).ok());
  }

  /// The role's file as it stands, signed by its signers.
  std::string signed_bytes(const std::string& role) {
    json::Json file = unsigned_file(roles[role]);
    for (const Signer& one : signers[role]) EXPECT_TRUE(sign(file, one).ok());
    return print(file);
  }
  int64_t version(const std::string& role) {
    return roles[role].find("version")->as_integer().value();
  }
  /// Serves these bytes as the role's present version and lists them where the role belongs.
  void serve(const std::string& role, const std::string& bytes) {
    const bool consistent = *roles["root"].find("consistent_snapshot")->as_bool();
    const bool numbered = role == "root" || (consistent && role != "timestamp");
    const std::string name = encode(role) + ".json";
    files[numbered ? std::to_string(version(role)) + "." + name : name] = bytes;
    if (role == "snapshot") {
      EXPECT_TRUE(list_file(roles["timestamp"], "snapshot.json", bytes).ok());
    } else if (role != "root" && role != "timestamp") {
      EXPECT_TRUE(list_file(roles["snapshot"], role + ".json", bytes).ok());
    }
  }
  void put(const std::string& role) { serve(role, signed_bytes(role)); }
  /// The next version of each role, in the order given.
  void publish(std::vector<std::string> names) {
    for (const std::string& role : names) {
      roles[role].set("version", version(role) + 1);
      put(role);
    }
  }
  void publish_all() { publish({"targets", "snapshot", "timestamp"}); }

  Fetch fetch() {
    return [this](const std::string& name, uint64_t most) -> Result<std::string> {
      asked.push_back(name);
      const auto at = files.find(name);
      if (at == files.end()) return Error(Code::not_found, name);
      if (ignores_limits) return at->second;
      if (at->second.size() > most) return Error(Code::resource_exhausted, name);
      return at->second;
    };
  }

  std::map<std::string, json::Json> roles;  // the "signed" parts
  std::map<std::string, std::vector<Signer>> signers;
  std::map<std::string, std::string> files;
  std::vector<std::string> asked;
  std::string first_root;
  bool ignores_limits = false;
};

/// A repository, a device, and the device's client.
struct World {
  explicit World(bool consistent = true, Limits limits = {})
      : repository(consistent), client(store, repository.fetch(), limits) {
    EXPECT_TRUE(Client::bootstrap(store, repository.first_root).ok());
  }
  Status refresh(int64_t now = kNow) { return client.refresh(now); }
  /// The version that the device keeps of a role; 0 for none.
  int64_t kept(const std::string& role) {
    const auto bytes = store.load(role);
    if (!bytes.ok()) return 0;
    return read_document(*bytes)->signed_part.find("version")->as_integer().value();
  }

  MemoryStore store;
  Repository repository;
  Client client;
};

/// The refresh must fail with that code and text.
inline void expect_refused(const Status& status, Code code, std::string_view text) {
  ASSERT_FALSE(status.ok()) << "expected: " << text;
  EXPECT_EQ(name(status.error().code()), name(code)) << status.error().text();
  EXPECT_NE(status.error().text().find(text), std::string::npos) << status.error().text();
}

}  // namespace samara::trust

// What the tests of this room share: models as short texts, a clock that the test moves, and a store
// on a simulated disk.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/clock.h"
#include "base/hash.h"
#include "fleet/delivery/store.h"
#include "testing/simulated_disk.h"

namespace samara::delivery {

class TestClock final : public Clock {
 public:
  int64_t wall_ms() override { return wall; }
  int64_t steady_ms() override { return steady; }
  void sleep_ms(int64_t duration) override {
    steady += duration;
    wall += duration;
    slept += duration;
  }
  int64_t wall = 1'800'000'000'000;
  int64_t steady = 0;
  int64_t slept = 0;
};

inline std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

inline Entry entry_of(const std::string& version, const std::string& content) {
  return {version, sha256_hex(bytes_of(content)), content.size(), "https://hub/" + version};
}

/// Puts the content into the store as a download does, and stages it.
inline Status bring(Store& store, const std::string& name, const Entry& entry,
                    const std::string& content) {
  auto done = store.want(name, entry);
  if (!done.ok()) return done;
  {
    auto part = WritableFile::open(store.partial_path(entry.sha256));
    if (!part.ok()) return part.error();
    if (done = part->append(bytes_of(content)); !done.ok()) return done;
    if (done = store.adopt(entry, *part); !done.ok()) return done;
  }
  return store.stage(name, entry);
}

/// brings, activates and confirms.
inline Status install(Store& store, const std::string& name, const Entry& entry,
                      const std::string& content) {
  auto done = bring(store, name, entry, content);
  if (done.ok()) done = store.activate(name);
  if (done.ok()) done = store.confirm(name);
  return done;
}

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() : mount_(disk), store("/data/samara", {.most_starts = 1, .clock = &clock}) {}

  std::string version_in_use(const std::string& name, const Bundled* bundled = nullptr) {
    const auto file = store.file(name, bundled);
    return file.ok() ? file->version : "none";
  }

  const std::string one = std::string(1500, '1');
  const std::string two = std::string(1600, '2');
  const std::string three = std::string(1700, '3');
  const Entry v1 = entry_of("1.0.0", one);
  const Entry v2 = entry_of("2.0.0", two);
  const Entry v3 = entry_of("3.0.0", three);
  TestClock clock;
  samara::testing::SimulatedDisk disk;

 private:
  samara::testing::SimulatedDisk::Mount mount_;

 protected:
  Store store;
};

}  // namespace samara::delivery

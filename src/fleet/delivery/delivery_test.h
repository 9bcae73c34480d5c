// What the tests of this room share: models as short texts, a clock that the test moves, and a store
// on a simulated disk.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "fleet/delivery/fetcher.h"
#include "fleet/delivery/store.h"
#include "fleet/io/delta/delta.h"
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

inline std::string random_text(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  std::string out(size, '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

inline Status copy_from(const std::string& from, uint64_t at, std::span<std::byte> out) {
  std::memcpy(out.data(), from.data() + at, out.size());
  return ok();
}

/// What turns one content into another, as a server would send it.
inline std::string delta_of(const std::string& before, const std::string& after) {
  std::string out;
  EXPECT_TRUE(delta::make(
                  before.size(),
                  [&](uint64_t at, auto into) { return copy_from(before, at, into); }, after.size(),
                  [&](uint64_t at, auto into) { return copy_from(after, at, into); }, ~uint64_t{0},
                  [&](std::span<const std::byte> bytes) {
                    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
                    return ok();
                  })
                  .ok());
  return out;
}

/// A server as a test scripts it. Counts what it was asked and what it sent.
class TestServer : public Fetcher {
 public:
  struct Page {
    std::string content;
    std::string etag = "\"1\"";
    bool ranges = true;
    uint64_t cut_after = ~uint64_t{0};  // bytes of a body, after which the connection is lost
    uint64_t claimed = ~uint64_t{0};    // a wrong length in the head
    int endless = 0;                    // times that the content is sent again after its end
    std::vector<int> statuses = {};     // answered first, one a request
  };
  std::map<std::string, Page> pages;
  std::vector<FetchRequest> requests;
  uint64_t sent = 0;
  size_t piece = 100;
  int64_t retry_after_ms = -1;
  std::function<void(uint64_t sent)> at_piece;

  Status get(const FetchRequest& request, FunctionRef<Status(const FetchAnswer&)> on_answer,
             FunctionRef<Status(std::span<const std::byte>)> on_bytes) override {
    requests.push_back(request);
    const auto found = pages.find(request.url);
    if (found == pages.end()) return Error(Code::unavailable, "no route to " + request.url);
    Page& page = found->second;
    FetchAnswer answer = {200, page.etag, std::nullopt, page.content.size(), retry_after_ms};
    if (!page.statuses.empty()) {
      answer.status = page.statuses[0];
      page.statuses.erase(page.statuses.begin());
      answer.total.reset();
      const auto seen = on_answer(answer);
      return seen.ok() ? Error(Code::internal, "a failure was taken for content") : seen;
    }
    std::string body = page.content;
    const bool same = request.if_range.empty() || request.if_range == page.etag;
    if (request.from > 0 && page.ranges && same) {
      answer.status = 206;
      answer.first = request.from;
      body = page.content.substr(request.from);
    }
    if (page.claimed != ~uint64_t{0}) answer.total = page.claimed;
    if (auto seen = on_answer(answer); !seen.ok()) return seen;
    for (int i = 0; i < page.endless; ++i) body += page.content;
    const uint64_t end = std::min<uint64_t>(body.size(), page.cut_after);
    for (uint64_t at = 0; at < end;) {
      const auto n = std::min<uint64_t>(piece, end - at);
      sent += n;
      if (auto taken = on_bytes(bytes_of(body).subspan(at, n)); !taken.ok()) return taken;
      at += n;
      if (at_piece) at_piece(sent);
    }
    if (end < body.size()) return Error(Code::unavailable, "the connection was lost");
    return ok();
  }
};

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

// Downloads that come as deltas, from servers that have them, lose the connection, or lie.
#include "fleet/delivery/patching.h"

#include <random>

#include "base/text.h"
#include "base/try.h"
#include "fleet/delivery/delivery_test.h"
#include "fleet/delivery/download.h"

namespace samara::delivery {
namespace {

const std::string kFolder = "https://hub/deltas";

class PatchingTest : public StoreTest {
 protected:
  PatchingTest() : before_(random_text(200'000, 1)), after_(before_) {
    after_.replace(150'000, 10'000, random_text(10'100, 2));
    old_ = entry_of("1.0.0", before_);
    new_ = entry_of("1.1.0", after_);
    server_.piece = 1000;
    whole().content = after_;
  }
  void SetUp() override {
    if (auto here = delta::available(); !here.ok()) GTEST_SKIP() << here.error().text();
    ASSERT_TRUE(install(store, "m", old_, before_).ok());
    patch().content = delta_of(before_, after_);
    ASSERT_LT(patch().content.size(), 15'000u);
  }
  TestServer::Page& whole() { return server_.pages[new_.source]; }
  std::string delta_url() const { return cat(kFolder, "/", old_.sha256, "/", new_.sha256); }
  TestServer::Page& patch() { return server_.pages[delta_url()]; }
  DownloadJob job() {
    DownloadJob out;
    out.entry = new_;
    out.urls = {new_.source};
    out.deltas = {kFolder};
    out.bases = {{old_}};
    return out;
  }
  Status fetch(const DownloadJob& job) { return downloader_.fetch(job); }
  /// The content is here, and came in at most so many bytes.
  void expect_whole(uint64_t most_bytes) {
    const auto done = fetch(job());
    ASSERT_TRUE(done.ok()) << done.error().text();
    EXPECT_EQ(disk.content(store.blob_path(new_.sha256)), after_);
    EXPECT_LE(server_.sent, most_bytes);
  }

  std::string before_, after_;
  Entry old_, new_;
  TestServer server_;
  Downloader downloader_{store,
                         server_,
                         clock,
                         [] { return 0.5; },
                         {.most_fruitless = 12, .reserve = 0, .sync_every = 10'000}};
};

TEST_F(PatchingTest, a_delta_brings_the_content_in_its_own_bytes) {
  expect_whole(patch().content.size());
  EXPECT_EQ(server_.requests.size(), 1u);
}

TEST_F(PatchingTest, it_may_start_from_a_file_elsewhere) {
  ASSERT_TRUE(store.remove("m").ok());
  ASSERT_TRUE(store.gc().ok());
  disk.put("/app/bundled.tflite", before_);
  DownloadJob bundled = job();
  bundled.bases = {{old_, "/app/bundled.tflite"}};
  ASSERT_TRUE(fetch(bundled).ok());
  EXPECT_EQ(disk.content(store.blob_path(new_.sha256)), after_);
  EXPECT_EQ(server_.sent, patch().content.size());
}

TEST_F(PatchingTest, a_file_elsewhere_that_is_gone_or_another_costs_nothing_but_the_delta) {
  for (const std::string& found : {std::string(), before_ + "x", random_text(before_.size(), 9)}) {
    ASSERT_TRUE(store.gc().ok());
    disk.put("/app/bundled.tflite", found);
    server_.sent = 0;
    Downloader fresh(store, server_, clock, [] { return 0.5; }, {.reserve = 0});
    DownloadJob bundled = job();
    bundled.bases = {{old_, "/app/bundled.tflite"}, {old_, "/none/such"}};
    ASSERT_TRUE(fresh.fetch(bundled).ok());
    EXPECT_EQ(disk.content(store.blob_path(new_.sha256)), after_);
    EXPECT_LE(server_.sent, after_.size() + patch().content.size());
  }
}

TEST_F(PatchingTest, a_cut_one_goes_on_where_it_stopped) {
  patch().cut_after = 3'000;
  expect_whole(patch().content.size());
  EXPECT_EQ(server_.requests.size(), (patch().content.size() + 2'999) / 3'000);
  EXPECT_EQ(server_.requests[1].from, 3'000u);
  EXPECT_EQ(server_.requests[1].if_range, "\"1\"");
}

TEST_F(PatchingTest, a_server_without_ranges_or_with_another_delta_begins_it_anew) {
  patch().ranges = false;
  int cuts = 0;
  server_.at_piece = [&](uint64_t) {
    patch().cut_after = cuts++ < 5 ? 3'000 : ~uint64_t{0};
    patch().etag = cat("\"", cuts, "\"");
  };
  patch().cut_after = 3'000;
  expect_whole(patch().content.size() + 10'000);
}

TEST_F(PatchingTest, where_there_is_none_the_whole_comes) {
  server_.pages.erase(delta_url());
  patch().statuses = {404};
  expect_whole(after_.size());
  EXPECT_EQ(server_.requests.back().url, new_.source);
}

TEST_F(PatchingTest, one_that_saves_nothing_is_not_fetched) {
  patch().content = delta_of("", after_);
  expect_whole(after_.size());
  EXPECT_EQ(server_.requests.size(), 2u);
}

TEST_F(PatchingTest, broken_ones_cost_their_bytes_and_no_more) {
  std::mt19937 random(3);
  const std::string good = patch().content;
  for (int i = 0; i < 60; ++i) {
    std::string bad = good;
    if (i % 3 == 0) bad[random() % bad.size()] ^= 1;
    if (i % 3 == 1) bad = delta_of(random_text(200'000, 4), after_).substr(0, 150'000) + "more";
    if (i % 3 == 2)
      bad = "SMRDELT1" + std::string("\xa4\x0d\x03\0\0\0\0\0\xff\xff\xff\x7f", 12) + good;
    patch().content = bad;
    server_.sent = 0;
    Downloader fresh(store, server_, clock, [] { return 0.5; },
                     {.most_fruitless = 3, .reserve = 0});
    const auto done = fresh.fetch(job());
    ASSERT_TRUE(done.ok()) << i << ": " << done.error().text();
    EXPECT_EQ(disk.content(store.blob_path(new_.sha256)), after_);
    EXPECT_LE(server_.sent, after_.size() + bad.size());
    ASSERT_TRUE(store.gc().ok());
  }
}

TEST_F(PatchingTest, one_that_makes_something_else_is_found_out_by_the_hash_and_remembered) {
  std::string other = after_;
  other[100] ^= 1;
  patch().content = delta_of(before_, other);
  const uint64_t bytes = patch().content.size();
  expect_whole(after_.size() + bytes);
  ASSERT_TRUE(store.gc().ok());
  server_.sent = 0;
  expect_whole(after_.size());
}

TEST_F(PatchingTest, one_that_never_ends_does) {
  patch().endless = 1000;
  expect_whole(2 * after_.size());
}

TEST_F(PatchingTest, a_base_that_is_not_what_it_was_costs_the_whole) {
  std::string spoilt = before_;
  spoilt[160'000 - 20'000] ^= 1;
  disk.put(store.blob_path(old_.sha256), spoilt);
  expect_whole(after_.size() + patch().content.size());
}

TEST_F(PatchingTest, what_had_come_of_the_whole_is_kept) {
  DownloadJob first = job();
  first.deltas.clear();
  whole().cut_after = 60'000;
  int pieces = 0;
  first.may_go_on = [&]() -> Status {
    if (++pieces < 50) return ok();
    return Error(Code::failed_precondition, "no longer charging");
  };
  EXPECT_EQ(fetch(first).error().code(), Code::failed_precondition);
  server_.sent = 0;
  expect_whole(patch().content.size());
}

TEST_F(PatchingTest, where_only_the_delta_cannot_be_had_the_whole_comes) {
  patch().cut_after = 0;
  expect_whole(after_.size());
}

TEST_F(PatchingTest, the_caller_can_end_it_and_a_full_disk_does) {
  DownloadJob ended = job();
  ended.may_go_on = [&]() -> Status {
    if (server_.sent < 5'000) return ok();
    return Error(Code::failed_precondition, "no longer charging");
  };
  EXPECT_EQ(fetch(ended).error().code(), Code::failed_precondition);
  disk.fault = {.at = disk.calls + 30, .error = ENOSPC, .for_ever = true};
  EXPECT_EQ(fetch(job()).error().code(), Code::resource_exhausted);
  disk.fault = {};
  expect_whole(3 * patch().content.size() + 10'000);
}

TEST_F(PatchingTest, mirrors_take_turns_and_each_makes_its_own_delta) {
  DownloadJob two = job();
  two.urls = {new_.source, "https://mirror/1.1.0"};
  two.deltas = {kFolder, "https://mirror/deltas/"};
  server_.pages["https://mirror/1.1.0"].content = after_;
  patch().cut_after = 3'000;
  auto& other = server_.pages[cat("https://mirror/deltas/", old_.sha256, "/", new_.sha256)];
  other.content = patch().content;
  other.etag = "\"2\"";
  ASSERT_TRUE(fetch(two).ok());
  EXPECT_EQ(disk.content(store.blob_path(new_.sha256)), after_);
  EXPECT_EQ(server_.requests[1].from, 0u);
  EXPECT_EQ(server_.requests.size(), 2u);
}

}  // namespace
}  // namespace samara::delivery

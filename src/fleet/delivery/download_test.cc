#include "fleet/delivery/download.h"

#include <thread>

#include "base/temporary_folder.h"
#include "base/text.h"
#include "fleet/delivery/delivery_test.h"

namespace samara::delivery {
namespace {

class Download : public StoreTest {
 protected:
  Download() {
    for (size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7 + i / 256);
    entry = entry_of("2", content);
    limits.reserve = 0;
    limits.sync_every = 1000;
    job.entry = entry;
    job.urls = {"https://a/m"};
    server.pages["https://a/m"].content = content;
  }
  Status fetch() {
    Downloader downloader(store, server, clock, [] { return 0.5; }, limits);
    return downloader.fetch(job);
  }
  bool arrived() {
    return store.has(entry) && *hash_file(store.blob_path(entry.sha256)) == entry.sha256;
  }
  bool leaves_a_part() { return exists(store.partial_path(entry.sha256)); }

  std::string content = std::string(5000, ' ');
  Entry entry;
  DownloadLimits limits;
  DownloadJob job;
  TestServer server;
};

TEST_F(Download, brings_the_content_and_leaves_nothing_else) {
  std::vector<Progress> seen;
  job.progress = [&](const Progress& p) { seen.push_back(p); };
  ASSERT_TRUE(fetch().ok());
  EXPECT_TRUE(arrived());
  EXPECT_EQ(disk.paths(),
            (std::vector<std::string>{store.blob_path(entry.sha256), "/data/samara/lock"}));
  EXPECT_EQ(server.requests.size(), 1u);
  EXPECT_EQ(seen.size(), 51u);
  EXPECT_EQ(seen[24].percent(), 50);
  EXPECT_EQ(seen.back().bytes, 5000u);
  ASSERT_TRUE(fetch().ok());
  EXPECT_EQ(server.requests.size(), 1u) << "what is here is not fetched again";
}

TEST_F(Download, an_empty_content_needs_no_request) {
  job.entry = entry = entry_of("0", "");
  EXPECT_TRUE(fetch().ok());
  EXPECT_TRUE(arrived());
}

TEST_F(Download, resumes_where_the_connection_was_lost) {
  server.pages["https://a/m"].cut_after = 730;
  ASSERT_TRUE(fetch().ok());
  EXPECT_TRUE(arrived());
  EXPECT_EQ(server.sent, 5000u) << "no byte twice";
  ASSERT_EQ(server.requests.size(), 7u);
  EXPECT_EQ(server.requests[1].from, 730u);
  EXPECT_EQ(server.requests[1].if_range, "\"1\"");
}

TEST_F(Download, resumes_after_a_restart) {
  server.pages["https://a/m"].cut_after = 1234;
  limits.most_fruitless = 0;
  for (int restart = 0; restart < 4; ++restart) {
    EXPECT_EQ(fetch().error().code(), Code::unavailable);
    EXPECT_TRUE(leaves_a_part());
  }
  EXPECT_TRUE(fetch().ok());
  EXPECT_EQ(server.sent, 5000u);
  EXPECT_EQ(server.requests[3].if_range, "\"1\"") << "the tag outlives the restart";
}

TEST_F(Download, a_server_without_ranges_is_read_past_what_is_here) {
  auto& page = server.pages["https://a/m"];
  page.ranges = false;
  page.cut_after = 3000;
  EXPECT_EQ(fetch().error().code(), Code::unavailable);
  page.cut_after = 6000;
  EXPECT_TRUE(fetch().ok());
  EXPECT_TRUE(arrived());
}

TEST_F(Download, content_that_changed_between_two_tries_is_begun_anew) {
  auto& page = server.pages["https://a/m"];
  const std::string right = page.content;
  page.content = std::string(5000, 'x');
  page.cut_after = 2000;
  limits.most_fruitless = 0;
  EXPECT_FALSE(fetch().ok());
  page = {.content = right, .etag = "\"2\""};
  EXPECT_TRUE(fetch().ok());
  EXPECT_TRUE(arrived());
  EXPECT_EQ(server.sent, 7000u);
}

TEST_F(Download, bytes_that_a_power_loss_spoilt_cost_no_more_than_what_was_not_synced) {
  server.pages["https://a/m"].cut_after = 3000;
  limits.most_fruitless = 0;
  EXPECT_FALSE(fetch().ok());
  // 3,000 bytes are synced and noted; 800 more came and were torn.
  disk.put(store.partial_path(entry.sha256), content.substr(0, 3000) + std::string(800, '?'));
  server.pages["https://a/m"].cut_after = ~uint64_t{0};
  ASSERT_TRUE(fetch().ok());
  EXPECT_TRUE(arrived());
  EXPECT_EQ(server.sent, 3000u + 1200 + 2000);
}

TEST_F(Download, wrong_content_is_never_kept) {
  server.pages["https://a/m"].content = std::string(5000, 'x');
  const auto done = fetch();
  EXPECT_EQ(done.error().code(), Code::data_loss) << done.error().text();
  EXPECT_FALSE(store.has(entry));
  EXPECT_FALSE(leaves_a_part());
}

TEST_F(Download, another_mirror_makes_up_for_a_bad_one) {
  job.urls = {"https://bad/m", "https://gone/m", "https://short/m", "https://a/m"};
  server.pages["https://bad/m"].content = std::string(5000, 'x');
  server.pages["https://gone/m"].statuses = {404};
  server.pages["https://short/m"].content = "short";
  ASSERT_TRUE(fetch().ok());
  EXPECT_TRUE(arrived());
}

TEST_F(Download, endless_content_stops_at_the_promised_size) {
  server.pages["https://a/m"] = {.content = content + "more", .claimed = 5000};
  EXPECT_TRUE(fetch().ok()) << "the promised bytes were right";
  EXPECT_LE(server.sent, 5100u);
  server.sent = 0;
  job.entry = entry = entry_of("3", std::string(5000, 'y'));
  server.pages["https://a/m"] = {.content = content, .claimed = 5000, .endless = 1000};
  EXPECT_EQ(fetch().error().code(), Code::data_loss);
  EXPECT_LE(server.sent, 5100u);
}

TEST_F(Download, a_wrong_length_is_refused_at_once) {
  server.pages["https://a/m"].claimed = 5001;
  EXPECT_EQ(fetch().error().code(), Code::data_loss);
  EXPECT_EQ(server.sent, 0u);
}

TEST_F(Download, an_expired_link_is_renewed_twice_and_no_more) {
  int renewed = 0;
  job.renew = [&]() -> Result<std::vector<std::string>> {
    ++renewed;
    return std::vector<std::string>{"https://a/m"};
  };
  server.pages["https://a/m"].statuses = {403, 400};
  ASSERT_TRUE(fetch().ok());
  EXPECT_EQ(renewed, 2);
  ASSERT_TRUE(store.gc().ok());
  server.pages["https://a/m"].statuses = {403, 401, 410};
  EXPECT_EQ(fetch().error().code(), Code::permission_denied);
  job.renew = nullptr;
  server.pages["https://a/m"].statuses = {403};
  EXPECT_EQ(fetch().error().code(), Code::permission_denied);
}

TEST_F(Download, errors_show_no_query_of_a_signed_link) {
  const std::string link = "https://a/m?Signature=secret";
  job.urls = {link};
  auto& page = server.pages[link];
  page.content = content;
  const auto shows = [&](std::string_view what) {
    const std::string text = fetch().error().text();
    EXPECT_NE(text.find(what), std::string::npos) << text;
    EXPECT_EQ(text.find("secret"), std::string::npos) << text;
  };
  page.statuses = {403};
  shows("https://a/m answers 403");
  page.statuses = {404};
  shows("https://a/m answers 404");
  page.content = std::string(5000, 'x');
  shows("https://a/m sent");
}

TEST_F(Download, waits_longer_each_time_and_as_long_as_the_server_asks) {
  server.pages["https://a/m"].statuses = {503, 503, 503, 503, 503};
  ASSERT_TRUE(fetch().ok());
  EXPECT_EQ(clock.slept, 500 + 1000 + 2000 + 4000 + 8000);
  ASSERT_TRUE(store.gc().ok());
  clock.slept = 0;
  server.retry_after_ms = 7000;
  server.pages["https://a/m"].statuses = {429};
  ASSERT_TRUE(fetch().ok());
  EXPECT_EQ(clock.slept, 7500);
  ASSERT_TRUE(store.gc().ok());
  clock.slept = 0;
  server.retry_after_ms = int64_t{1} << 60;  // no server may put a device to sleep for ever
  server.pages["https://a/m"].statuses = {429};
  ASSERT_TRUE(fetch().ok());
  EXPECT_LE(clock.slept, 301'000);
}

TEST_F(Download, gives_up_after_a_bounded_number_of_tries) {
  server.pages.clear();
  const auto done = fetch();
  EXPECT_EQ(done.error().code(), Code::unavailable);
  EXPECT_NE(done.error().text().find("no route to https://a/m"), std::string::npos);
  EXPECT_EQ(server.requests.size(), 9u);
}

TEST_F(Download, keeps_to_the_bandwidth) {
  limits.bytes_per_second = 1000;
  ASSERT_TRUE(fetch().ok());
  EXPECT_NEAR(static_cast<double>(clock.slept), 5000, 10);
}

TEST_F(Download, tells_the_rate) {
  double rate = 0;
  job.progress = [&](const Progress& p) { rate = p.bytes < p.total ? p.bytes_per_second : rate; };
  server.at_piece = [&](uint64_t) { clock.sleep_ms(50); };  // 2,000 bytes a second
  ASSERT_TRUE(fetch().ok());
  EXPECT_NEAR(rate, 2000, 500);
}

TEST_F(Download, a_cancel_keeps_what_is_here) {
  std::atomic<bool> cancel = false;
  job.cancel = &cancel;
  server.at_piece = [&](uint64_t sent) { cancel = sent >= 2500; };
  EXPECT_EQ(fetch().error().code(), Code::cancelled);
  server.at_piece = nullptr;
  cancel = false;
  ASSERT_TRUE(fetch().ok());
  EXPECT_LE(server.sent, 5100u);
}

TEST_F(Download, conditions_that_no_longer_hold_end_it) {
  bool on_wifi = true;
  job.may_go_on = [&]() -> Status {
    if (on_wifi) return ok();
    return Error(Code::failed_precondition, "the network is metered");
  };
  server.at_piece = [&](uint64_t sent) { on_wifi = sent < 1000; };
  const auto done = fetch();
  EXPECT_EQ(done.error().code(), Code::failed_precondition);
  EXPECT_NE(done.error().text().find("metered"), std::string::npos);
}

TEST_F(Download, asks_for_space_first_and_cleans_up_before_it_gives_up) {
  ASSERT_TRUE(install(store, "old", v1, one).ok());
  ASSERT_TRUE(store.remove("old").ok());
  disk.capacity = 6000;
  ASSERT_TRUE(fetch().ok()) << "the old model's 1,500 bytes were given back";
  EXPECT_FALSE(store.has(v1));
  ASSERT_TRUE(store.gc().ok());
  limits.reserve = 2000;
  const auto done = fetch();
  EXPECT_EQ(done.error().code(), Code::resource_exhausted);
  EXPECT_NE(done.error().text().find("needs 5000 bytes and 2000 in reserve"), std::string::npos);
  EXPECT_TRUE(server.requests.size() == 1) << "asked before anything was sent";
}

TEST_F(Download, a_full_disk_gives_the_space_back) {
  server.at_piece = [&](uint64_t sent) { disk.capacity = sent >= 3000 ? 3200 : ~uint64_t{0}; };
  EXPECT_EQ(fetch().error().code(), Code::resource_exhausted);
  EXPECT_FALSE(leaves_a_part());
}

TEST_F(Download, refuses_what_makes_no_sense) {
  job.urls.clear();
  EXPECT_EQ(fetch().error().code(), Code::invalid_argument);
  job.urls = {"https://a/m"};
  job.entry.sha256 = "../../etc/passwd";
  EXPECT_EQ(fetch().error().code(), Code::invalid_argument);
  EXPECT_TRUE(server.requests.empty());
}

/// 1,000 cuts of the network, one at every fifth byte: nothing is lost and nothing sent twice.
TEST_F(Download, the_network_lost_at_a_thousand_offsets) {
  server.piece = 1;
  for (uint64_t offset = 0; offset < 5000; offset += 5) {
    auto& page = server.pages["https://a/m"];
    server.sent = 0;
    page.cut_after = offset;
    server.at_piece = [&](uint64_t) {};
    limits.most_fruitless = 0;
    (void)fetch();
    EXPECT_FALSE(store.has(entry)) << offset;
    page.cut_after = ~uint64_t{0};
    ASSERT_TRUE(fetch().ok()) << offset;
    ASSERT_TRUE(arrived()) << offset;
    ASSERT_EQ(server.sent, 5000u) << offset;
    ASSERT_EQ(store.gc()->removed, 1u);
  }
}

/// On the system's disk and clock, with threads.
TEST(DownloadThreads, calls_for_one_content_are_merged_and_survive_a_cancel) {
  const TemporaryFolder folder = TemporaryFolder::make().value();
  const std::string content(50'000, 'm');
  TestServer server;
  server.pages["https://a/m"].content = content;
  server.piece = 1000;
  std::atomic<bool> cancel = false;
  std::atomic<int> joined = 0;
  server.at_piece = [&](uint64_t sent) {
    while (sent == 1000 && joined < 3) std::this_thread::yield();
    if (sent == 20'000) cancel = true;  // the first caller's; the others still want it
  };
  Store store(folder.path());
  Downloader downloader(store, server, system_clock(), [] { return 0.0; }, {.reserve = 0});
  DownloadJob job;
  job.entry = entry_of("1", content);
  job.urls = {"https://a/m"};
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  std::atomic<bool> first_started = false;
  threads.emplace_back([&, first = job]() mutable {
    first.cancel = &cancel;
    first.progress = [&](const Progress&) { first_started = true; };
    EXPECT_EQ(downloader.fetch(first).error().code(), Code::cancelled);
  });
  while (!first_started) std::this_thread::yield();
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&, mine = job]() mutable {
      bool counted = false;
      mine.progress = [&](const Progress&) {
        if (!counted) ++joined;
        counted = true;
      };
      if (downloader.fetch(mine).ok()) ++good;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 3);
  EXPECT_EQ(server.requests.size(), 2u) << "one request, and one to go on after the cancel";
  EXPECT_LE(server.sent, 51'000u);
}

}  // namespace
}  // namespace samara::delivery

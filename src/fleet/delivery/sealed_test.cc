#include "fleet/delivery/sealed.h"

#include "base/text.h"
#include "fleet/delivery/delivery_test.h"
#include "fleet/delivery/download.h"

namespace samara::delivery {
namespace {

KeySource key_of(char letter) {
  return [letter] { return crypto::Secret(std::string(32, letter)); };
}

std::string text_of(const Mapping& memory, uint64_t size) {
  return {reinterpret_cast<const char*>(memory.bytes().data()), static_cast<size_t>(size)};
}

/// A store that seals, on a simulated disk.
class SealedTest : public StoreTest {
 protected:
  SealedTest() {
    content_.resize(3 * kSealedPiece + 1234);
    for (size_t i = 0; i < content_.size(); ++i) content_[i] = static_cast<char>(i * i >> 3);
    entry_ = entry_of("1.0.0", content_);
    server_.piece = 7'000;
    page().content = content_;
  }
  void SetUp() override {
    if (!Seal::make(key_of('k'), entry_).ok()) GTEST_SKIP() << "no cipher library";
  }
  TestServer::Page& page() { return server_.pages[entry_.source]; }
  Store open(KeySource key) {
    return Store("/data/samara", {.most_starts = 1, .clock = &clock, .key = std::move(key)});
  }
  Status fetch(Store& store) {
    Downloader downloader(store, server_, clock, [] { return 0.0; },
                          {.most_fruitless = 2, .reserve = 0, .sync_every = 50'000});
    DownloadJob job;
    job.entry = entry_;
    job.urls = {entry_.source};
    return downloader.fetch(job);
  }
  /// The model is in use and proven.
  void install_sealed(Store& store) {
    ASSERT_TRUE(store.want("m", entry_).ok());
    ASSERT_TRUE(fetch(store).ok());
    ASSERT_TRUE(store.stage("m", entry_).ok());
    ASSERT_TRUE(store.activate("m").ok());
    ASSERT_TRUE(store.confirm("m").ok());
  }
  std::string blob() const { return store.blob_path(entry_.sha256); }
  std::string part() const { return store.partial_path(entry_.sha256); }
  Code code_of(const Store& store) {
    const auto memory = store.unsealed(entry_);
    return memory.ok() ? Code::internal : memory.error().code();
  }

  std::string content_;
  Entry entry_;
  TestServer server_;
};

TEST_F(SealedTest, what_comes_is_on_the_disk_in_no_other_form) {
  const std::string mark = content_.substr(100'000, 16);
  disk.after_change = [&](const char*) {
    for (const std::string& path : disk.paths())
      EXPECT_EQ(disk.content(path).find(mark), std::string::npos) << path;
  };
  Store sealing = open(key_of('k'));
  install_sealed(sealing);
  disk.after_change = nullptr;
  const auto file = sealing.file("m").value();
  EXPECT_TRUE(file.sealed);
  EXPECT_EQ(disk.content(file.path).size(), sealed_size(entry_.size));
  const auto memory = sealing.unsealed(entry_);
  ASSERT_TRUE(memory.ok()) << memory.error().text();
  EXPECT_EQ(text_of(*memory, entry_.size), content_);
  const auto report = sealing.check();
  EXPECT_TRUE(report.ok() && report->findings.empty());
}

TEST_F(SealedTest, two_devices_have_nothing_in_common) {
  const Seal a = Seal::make(key_of('k'), entry_).value(),
             b = Seal::make(key_of('k'), entry_).value();
  crypto::Bytes one, two;
  const auto piece = bytes_of(content_).first(1000);
  ASSERT_TRUE(a.seal(0, piece, &one).ok() && b.seal(0, piece, &two).ok());
  EXPECT_NE(one, two);
  crypto::Bytes out(1000);
  EXPECT_TRUE(a.open(0, one, out).ok());
  EXPECT_EQ(b.open(0, one, out).error().code(), Code::data_loss);
  EXPECT_EQ(a.open(1, one, out).error().code(), Code::data_loss) << "at another place";
}

TEST_F(SealedTest, a_cut_download_goes_on_at_the_piece_it_came_to) {
  Store sealing = open(key_of('k'));
  page().cut_after = 2 * kSealedPiece + 5'000;
  page().statuses = {};
  int requests = 0;
  server_.at_piece = [&](uint64_t) { requests = static_cast<int>(server_.requests.size()); };
  ASSERT_TRUE(sealing.want("m", entry_).ok());
  {
    Downloader once(sealing, server_, clock, [] { return 0.0; },
                    {.most_fruitless = 0, .reserve = 0});
    DownloadJob job;
    job.entry = entry_;
    job.urls = {entry_.source};
    job.may_go_on = [&]() -> Status {
      if (server_.sent < 2 * kSealedPiece + 4'000) return ok();
      return Error(Code::failed_precondition, "no longer charging");
    };
    EXPECT_EQ(once.fetch(job).error().code(), Code::failed_precondition);
  }
  page().cut_after = ~uint64_t{0};
  ASSERT_TRUE(fetch(sealing).ok());
  EXPECT_EQ(server_.requests.back().from, 2 * kSealedPiece);
  EXPECT_EQ(text_of(sealing.unsealed(entry_).value(), entry_.size), content_);
}

TEST_F(SealedTest, a_part_of_another_key_or_of_none_begins_anew) {
  for (const std::string& found :
       {std::string(5'000, 'x'), content_.substr(0, 70'000), std::string("S")}) {
    disk.put(part(), found);
    Store sealing = open(key_of('k'));
    server_.requests.clear();
    ASSERT_TRUE(fetch(sealing).ok());
    EXPECT_EQ(server_.requests[0].from, 0u);
    ASSERT_TRUE(sealing.gc().ok());
  }
}

TEST_F(SealedTest, a_part_that_was_changed_is_taken_up_to_there) {
  Store sealing = open(key_of('k'));
  ASSERT_TRUE(fetch(sealing).ok());
  std::string half = disk.content(blob()).substr(0, sealed_size(3 * kSealedPiece));
  half[sealed_size(kSealedPiece) + 20] ^= 1;
  ASSERT_TRUE(sealing.gc().ok());
  disk.put(part(), half);
  server_.requests.clear();
  ASSERT_TRUE(fetch(sealing).ok());
  EXPECT_EQ(server_.requests[0].from, kSealedPiece);
}

TEST_F(SealedTest, whatever_was_changed_moved_or_cut_does_not_open) {
  Store sealing = open(key_of('k'));
  install_sealed(sealing);
  const std::string good = disk.content(blob());
  const uint64_t piece = sealed_size(kSealedPiece) - kSealedHead;
  const auto expect_refused = [&](const std::string& bad, const char* what) {
    disk.put(blob(), bad);
    EXPECT_NE(code_of(sealing), Code::internal) << what;
  };
  for (size_t at = 0; at < good.size(); at += 9'973) {
    std::string bad = good;
    bad[at] ^= 1;
    expect_refused(bad, "a bit changed");
  }
  for (size_t at = 0; at < kSealedHead; ++at) {
    std::string bad = good;
    bad[at] ^= 4;
    expect_refused(bad, "the head changed");
  }
  std::string swapped = good;
  swapped.replace(kSealedHead, piece, good.substr(kSealedHead + piece, piece));
  swapped.replace(kSealedHead + piece, piece, good.substr(kSealedHead, piece));
  expect_refused(swapped, "pieces swapped");
  expect_refused(good.substr(0, good.size() - 1), "cut");
  expect_refused(good + "x", "longer");
  expect_refused(good.substr(0, kSealedHead), "only a head");
  disk.put(blob(), good);
  EXPECT_EQ(code_of(sealing), Code::internal);
}

TEST_F(SealedTest, another_models_file_in_its_place_does_not_open) {
  Store sealing = open(key_of('k'));
  install_sealed(sealing);
  std::string other = content_;
  other[7] ^= 1;
  const Entry second = entry_of("1.0.1", other);
  const Seal seal = Seal::make(key_of('k'), second).value();
  crypto::Bytes file(seal.head().begin(), seal.head().end());
  for (uint64_t at = 0; at < other.size(); at += kSealedPiece)
    ASSERT_TRUE(
        seal.seal(at / kSealedPiece,
                  bytes_of(other).subspan(at, std::min<uint64_t>(kSealedPiece, other.size() - at)),
                  &file)
            .ok());
  disk.put(blob(), std::string(reinterpret_cast<const char*>(file.data()), file.size()));
  EXPECT_EQ(code_of(sealing), Code::data_loss);
}

TEST_F(SealedTest, a_lost_key_is_told_and_what_it_sealed_is_fetched_anew) {
  {
    Store sealing = open(key_of('k'));
    install_sealed(sealing);
  }
  Store locked = open([]() -> Result<crypto::Secret> {
    return Error(Code::unavailable, "the keystore is locked");
  });
  EXPECT_EQ(code_of(locked), Code::unavailable);
  EXPECT_EQ(locked.check().error().code(), Code::unavailable);
  EXPECT_TRUE(locked.file("m").ok()) << "nothing is thrown away for that";
  Store other = open(key_of('o'));
  const auto why = other.unsealed(entry_);
  EXPECT_EQ(why.error().code(), Code::data_loss);
  EXPECT_NE(why.error().text().find("another key"), std::string::npos);
  const auto report = other.check();
  ASSERT_TRUE(report.ok()) << report.error().text();
  EXPECT_EQ(other.slots("m")->wanted, entry_);
  ASSERT_TRUE(fetch(other).ok());
  EXPECT_EQ(text_of(other.unsealed(entry_).value(), entry_.size), content_);
}

TEST_F(SealedTest, without_a_key_it_is_kept_and_not_given_out) {
  Store sealing = open(key_of('k'));
  install_sealed(sealing);
  EXPECT_FALSE(store.has(entry_));
  EXPECT_EQ(store.file("m").error().code(), Code::not_found);
  EXPECT_EQ(code_of(store), Code::failed_precondition);
  const auto report = store.check();
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->findings.size(), 1u);
  EXPECT_NE(report->findings[0].find("without its key"), std::string::npos);
  EXPECT_TRUE(sealing.file("m").ok());
}

TEST_F(SealedTest, what_came_before_there_was_a_key_is_still_read) {
  ASSERT_TRUE(install(store, "m", entry_, content_).ok());
  Store sealing = open(key_of('k'));
  EXPECT_FALSE(sealing.file("m")->sealed);
  EXPECT_EQ(text_of(sealing.unsealed(entry_).value(), entry_.size), content_);
}

TEST_F(SealedTest, a_key_of_another_size_is_refused) {
  for (const size_t size : {0, 16, 31, 33}) {
    Store bad =
        open([size] { return Result<crypto::Secret>(crypto::Secret(std::string(size, 'k'))); });
    EXPECT_EQ(fetch(bad).error().code(), Code::invalid_argument) << size;
  }
}

}  // namespace
}  // namespace samara::delivery

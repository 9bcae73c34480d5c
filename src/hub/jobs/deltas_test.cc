#include "hub/jobs/deltas.h"

#include <gtest/gtest.h>

#include <random>

#include "base/hash.h"
#include "base/temporary_folder.h"
#include "base/text.h"
#include "fleet/io/delta/delta.h"

namespace samara::hub {
namespace {

class DeltasTest : public ::testing::Test {
 protected:
  DeltasTest() {
    blobs_ = blobs::open_folder(folder_.in("store")).value();
    std::mt19937 random(1);
    std::string text(100'000, '\0');
    for (char& c : text) c = static_cast<char>(random());
    first_ = put(text);
    text[50'000] ^= 1;
    second_ = put(text);
    for (char& c : text) c = static_cast<char>(random());
    other_ = put(text);
  }
  void SetUp() override {
    if (auto here = delta::available(); !here.ok()) GTEST_SKIP() << here.error().text();
  }
  std::string put(const std::string& content) {
    const std::string id = blobs_->begin().value();
    EXPECT_TRUE(blobs_->resume(id).value()->append(std::as_bytes(std::span(content))).ok());
    return blobs_->finish(id, "").value().sha256;
  }
  Deltas deltas(uint64_t most_kept = 1 << 20) {
    Deltas::Options options;
    options.folder = kept();
    options.most_kept = most_kept;
    return {*blobs_, background_, options};
  }
  std::string kept() const { return folder_.in("deltas"); }
  size_t count() const {
    const auto names = list_folder(kept());
    return names.ok() ? names->size() : 0;
  }

  const TemporaryFolder folder_ = TemporaryFolder::make().value();
  std::string first_, second_, other_;
  std::unique_ptr<blobs::Store> blobs_;
  Background background_{4};
};

TEST_F(DeltasTest, one_is_made_once_and_kept) {
  Deltas made = deltas();
  const auto file = made.open(first_, second_);
  ASSERT_TRUE(file.ok()) << file.error().text();
  EXPECT_LT(file->size, 1000u);
  const auto before = file_identity(cat(kept(), "/", first_, "-", second_)).value();
  ASSERT_TRUE(deltas().open(first_, second_).ok());
  EXPECT_EQ(file_identity(cat(kept(), "/", first_, "-", second_)).value(), before);
}

TEST_F(DeltasTest, one_that_saves_too_little_is_tried_once) {
  Deltas made = deltas();
  EXPECT_EQ(made.open(first_, other_).error().code(), Code::not_found);
  EXPECT_EQ(file_identity(cat(kept(), "/", first_, "-", other_))->size, 0u);
  EXPECT_EQ(made.open(first_, other_).error().code(), Code::not_found);
}

TEST_F(DeltasTest, what_is_not_there_or_no_hash_is_not_found) {
  Deltas made = deltas();
  const std::string missing(64, 'a');
  EXPECT_EQ(made.open(missing, second_).error().code(), Code::not_found);
  EXPECT_EQ(made.open(first_, missing).error().code(), Code::not_found);
  EXPECT_EQ(made.open(first_, first_).error().code(), Code::not_found);
  EXPECT_EQ(made.open("../../etc/passwd", second_).error().code(), Code::not_found);
  EXPECT_EQ(count(), 0u);
}

TEST_F(DeltasTest, the_oldest_make_room) {
  Deltas made = deltas(10);
  ASSERT_TRUE(made.open(first_, second_).ok());
  ASSERT_TRUE(made.open(second_, first_).ok());
  EXPECT_EQ(count(), 1u);
}

TEST_F(DeltasTest, a_hub_without_a_folder_makes_none) {
  Deltas none(*blobs_, background_, {});
  EXPECT_EQ(none.open(first_, second_).error().code(), Code::not_found);
}

}  // namespace
}  // namespace samara::hub

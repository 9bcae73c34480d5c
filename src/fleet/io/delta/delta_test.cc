#include "fleet/io/delta/delta.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <random>
#include <string>

#include "base/file.h"
#include "base/text.h"

namespace samara::delta {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

Status read_from(const std::string& content, uint64_t at, std::span<std::byte> out) {
  if (at > content.size() || out.size() > content.size() - at)
    return Error(Code::data_loss, "read beyond the end");
  if (!out.empty()) std::memcpy(out.data(), content.data() + at, out.size());
  return ok();
}

std::string random_text(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  std::string out(size, '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

Result<std::string> made(const std::string& before, const std::string& after,
                         uint64_t most = ~uint64_t{0}) {
  std::string out;
  Status done = make(
      before.size(), [&](uint64_t at, auto into) { return read_from(before, at, into); },
      after.size(), [&](uint64_t at, auto into) { return read_from(after, at, into); }, most,
      [&](std::span<const std::byte> bytes) {
        out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return ok();
      });
  if (!done.ok()) return std::move(done).error();
  return out;
}

/// Applies it in pieces of that many bytes.
Result<std::string> applied(const std::string& before, const std::string& patch, uint64_t new_size,
                            size_t step = 100'000, uint64_t skip = 0) {
  auto state = Patch::start(before.size(), new_size);
  if (!state.ok()) return std::move(state).error();
  std::string out;
  for (size_t at = 0; at < patch.size(); at += step) {
    Status done = state->add(
        bytes_of(patch).subspan(at, std::min(step, patch.size() - at)), skip,
        [&](uint64_t from, auto into) { return read_from(before, from, into); },
        [&](std::span<const std::byte> bytes) {
          out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
          return ok();
        });
    if (!done.ok()) return std::move(done).error();
  }
  if (!state->done()) return Error(Code::unavailable, "cut off");
  return out;
}

class DeltaTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (auto here = available(); !here.ok()) GTEST_SKIP() << here.error().text();
  }
};

TEST_F(DeltaTest, a_changed_part_costs_about_its_size) {
  const std::string before = random_text(20'000'000, 1);
  std::string after = before;
  after.replace(17'000'000, 50'000, random_text(60'000, 2));  // the rest moves, too
  after += "and a tail";
  const std::string patch = made(before, after).value();
  EXPECT_LT(patch.size(), 70'000u);
  EXPECT_EQ(applied(before, patch, after.size()).value(), after);
  EXPECT_EQ(applied(before, patch, after.size(), 1'000'003).value(), after);
  std::printf("20 MB with 60 kB changed and what follows moved: %zu bytes\n", patch.size());
}

TEST_F(DeltaTest, any_two_contents_have_one) {
  for (const size_t size :
       {size_t{0}, size_t{1}, size_t{5'000}, size_t{kPiece}, size_t{kPiece + 1}}) {
    for (const size_t old : {size_t{0}, size_t{77}, size_t{kPiece * 2 + 9}}) {
      const std::string before = random_text(old, 3), after = random_text(size, 4);
      const std::string patch = made(before, after).value();
      EXPECT_EQ(applied(before, patch, size).value(), after) << old << " to " << size;
    }
  }
}

TEST_F(DeltaTest, what_is_known_is_not_made_again) {
  const std::string before = random_text(20'000'000, 5);
  std::string after = before;
  after[19'000'000] ^= 1;
  const std::string patch = made(before, after).value();
  for (const uint64_t skip : {uint64_t{1}, kPiece, kPiece + 7, uint64_t{20'000'000}})
    EXPECT_EQ(applied(before, patch, after.size(), 4096, skip).value(), after.substr(skip));
}

TEST_F(DeltaTest, one_that_is_too_long_is_not_made) {
  const auto long_one = made(random_text(100'000, 6), random_text(100'000, 7), 60'000);
  EXPECT_EQ(long_one.error().code(), Code::failed_precondition);
}

TEST_F(DeltaTest, whatever_is_broken_is_told_and_makes_no_more_than_was_asked) {
  const std::string before = random_text(300'000, 8);
  std::string after = before;
  after.replace(1000, 2000, random_text(2000, 9));
  const std::string patch = made(before, after).value();
  std::mt19937 random(10);
  int told = 0, other = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string bad = patch;
    bad[random() % bad.size()] ^= static_cast<char>(1 + random() % 255);
    const auto out = applied(before, bad, after.size(), 1 + random() % 5000);
    if (out.ok()) {
      EXPECT_EQ(out->size(), after.size());  // a hash finds out what it is
      other += *out != after;
    } else {
      ++told;
    }
  }
  EXPECT_GT(told, 0);
  std::printf("2000 broken deltas: %d told, %d made another content of the right size\n", told,
              other);
  EXPECT_EQ(applied(before, patch + "x", after.size()).error().code(), Code::data_loss);
  EXPECT_EQ(applied(before, patch, after.size() + 1).error().code(), Code::data_loss);
  EXPECT_EQ(applied(before, "SMRDELT2........", after.size()).error().code(), Code::data_loss);
  EXPECT_EQ(applied(before, patch.substr(0, patch.size() - 1), after.size()).error().code(),
            Code::unavailable);
}

TEST_F(DeltaTest, a_wrong_base_makes_nothing_or_something_else) {
  const std::string before = random_text(300'000, 11);
  std::string after = before;
  after[100'000] ^= 1;
  const std::string patch = made(before, after).value();
  for (const std::string& base : {random_text(300'000, 12), before.substr(1), std::string()}) {
    const auto out = applied(base, patch, after.size());
    EXPECT_TRUE(!out.ok() || *out != after);
  }
}

TEST_F(DeltaTest, a_bomb_ends_at_the_size_that_was_promised) {
  // The frames of a content of one million zeros, under the head of one of a thousand.
  std::string patch = made("", std::string(1'000'000, '\0')).value();
  ASSERT_LT(patch.size(), 1000u);
  patch.replace(8, 8, std::string("\xe8\x03\0\0\0\0\0\0", 8));
  EXPECT_EQ(applied("", patch, 1000).error().code(), Code::data_loss);
  // A frame that says it has four gigabytes is not waited for.
  patch.replace(16, 4, "\xff\xff\xff\xff");
  EXPECT_NE(applied("", patch, 1000).error().text().find("has a frame of 4294967295 bytes"),
            std::string::npos);
}

TEST_F(DeltaTest, a_base_that_cannot_be_read_is_told) {
  const std::string before = random_text(1000, 13);
  const std::string patch = made(before, before + "x").value();
  EXPECT_EQ(applied(before, patch, 1001).value(), before + "x");
  auto state = Patch::start(before.size(), 1001).value();
  const auto done = state.add(
      bytes_of(patch), 0, [](uint64_t, auto) { return Status(Error(Code::io, "a bad disk")); },
      [](std::span<const std::byte>) { return ok(); });
  EXPECT_EQ(done.error().code(), Code::io);
}

}  // namespace
}  // namespace samara::delta

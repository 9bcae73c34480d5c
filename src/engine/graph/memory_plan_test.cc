#include "engine/graph/memory_plan.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "engine/graph/memory.h"

namespace samara::graph {
namespace {

uint64_t rounded(uint64_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

std::vector<Block> random_blocks(uint32_t seed, int count, int steps) {
  std::mt19937 random(seed);
  std::vector<Block> blocks;
  for (int i = 0; i < count; ++i) {
    Block b;
    b.bytes = random() % 5 == 0 ? 0 : random() % 10'000;
    b.first = int(random() % uint32_t(steps));
    b.last = b.first + int(random() % 6);
    blocks.push_back(b);
  }
  return blocks;
}

/// The most bytes alive at one step: no plan can take less.
uint64_t least(const std::vector<Block>& blocks, int steps) {
  std::vector<uint64_t> alive(size_t(steps) + 8);
  for (const Block& b : blocks)
    for (int s = b.first; s <= b.last; ++s) alive[size_t(s)] += rounded(b.bytes);
  return *std::max_element(alive.begin(), alive.end());
}

void expect_sound(const std::vector<Block>& blocks, uint64_t total) {
  for (size_t i = 0; i < blocks.size(); ++i) {
    const Block& a = blocks[i];
    EXPECT_EQ(a.offset % kAlignment, 0u);
    EXPECT_LE(a.offset + a.bytes, total);
    for (size_t j = 0; j < i; ++j) {
      const Block& b = blocks[j];
      const bool alive_together = a.first <= b.last && b.first <= a.last;
      const bool overlap = a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
      ASSERT_FALSE(alive_together && overlap && a.bytes && b.bytes) << "blocks " << j << ", " << i;
    }
  }
}

TEST(memory_plan, never_lets_living_blocks_overlap) {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    const int steps = 2 + int(seed % 50);
    auto blocks = random_blocks(seed, int(1 + seed), steps);
    const auto total = place(blocks);
    ASSERT_TRUE(total.ok());
    expect_sound(blocks, *total);
    EXPECT_GE(*total, least(blocks, steps));
  }
}

TEST(memory_plan, stays_near_the_least_possible) {
  uint64_t sum = 0, best = 0;
  for (uint32_t seed = 0; seed < 50; ++seed) {
    auto blocks = random_blocks(seed, 200, 60);
    sum += place(blocks).value();
    best += least(blocks, 60);
  }
  EXPECT_LT(double(sum), 1.15 * double(best));
}

TEST(memory_plan, reuses_memory_along_a_chain) {
  std::vector<Block> chain;
  for (int i = 0; i < 100; ++i) chain.push_back({1000, i, i + 1});
  EXPECT_EQ(place(chain).value(), 2048u);
}

TEST(memory_plan, takes_many_blocks_in_reasonable_time) {
  auto blocks = random_blocks(1, 6000, 3000);
  const auto total = place(blocks);
  ASSERT_TRUE(total.ok());
  expect_sound(blocks, *total);
  EXPECT_LT(*total, 4 * least(blocks, 3000));
}

TEST(memory_plan, refuses_sizes_that_overflow) {
  std::vector<Block> blocks{{UINT64_MAX / 2, 0, 1}, {UINT64_MAX / 2, 0, 1}, {1000, 0, 1}};
  const auto total = place(blocks);
  ASSERT_FALSE(total.ok());
  EXPECT_EQ(total.error().code(), Code::resource_exhausted);
}

TEST(tensor_bytes, rounds_up_small_elements_and_refuses_overflow) {
  EXPECT_EQ(tensor_bytes(Type::f32, {2, 3}), 24u);
  EXPECT_EQ(tensor_bytes(Type::f32, {}), 4u);
  EXPECT_EQ(tensor_bytes(Type::i4, {3}), 2u);
  EXPECT_EQ(tensor_bytes(Type::i2, {5}), 2u);
  EXPECT_EQ(tensor_bytes(Type::c64, {2}), 16u);
  EXPECT_EQ(tensor_bytes(Type::resource, {}), 4u);
  EXPECT_EQ(tensor_bytes(Type::string, {7}), 0u);
  EXPECT_EQ(tensor_bytes(Type::f32, {0, 3}), 0u);
  EXPECT_FALSE(tensor_bytes(Type::f32, {-1, 3}));
  EXPECT_FALSE(tensor_bytes(Type::i8, {INT32_MAX, INT32_MAX, INT32_MAX}));
  EXPECT_FALSE(tensor_bytes(Type::i8, {0, INT32_MAX, INT32_MAX, INT32_MAX}));
  EXPECT_FALSE(tensor_bytes(Type::string, {INT32_MAX, INT32_MAX, INT32_MAX}));
}

TEST(buffer, counts_against_the_budget_and_gives_back) {
  Budget budget(1000);
  Buffer a, b;
  ASSERT_TRUE(a.reserve(500, budget).ok());
  EXPECT_EQ(reinterpret_cast<uintptr_t>(a.data()) % kAlignment, 0u);
  EXPECT_EQ(a.data()[499], std::byte{0});
  const Status refused = b.reserve(500, budget);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), Code::resource_exhausted);
  EXPECT_NE(refused.error().message().find("needs 1128 bytes of activations, limit 1000"),
            std::string::npos)
      << refused.error().message();
  a.release();
  EXPECT_EQ(budget.used(), 0u);
  EXPECT_TRUE(b.reserve(500, budget).ok());
}

TEST(buffer, keeps_what_it_has_where_there_is_no_more) {
  Budget budget(1000);
  Buffer a;
  ASSERT_TRUE(a.reserve(500, budget).ok());
  const std::byte* const before = a.data();
  a.data()[499] = std::byte{7};
  EXPECT_FALSE(a.reserve(5000, budget).ok());
  EXPECT_FALSE(a.reserve(UINT64_MAX, budget).ok());
  EXPECT_EQ(a.data(), before);
  EXPECT_EQ(a.data()[499], std::byte{7});
  EXPECT_EQ(budget.used(), 564u);
  EXPECT_TRUE(a.reserve(900, budget).ok()) << "what it had counts no longer";
}

}  // namespace
}  // namespace samara::graph

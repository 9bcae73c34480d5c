#include "engine/ops/shared/random.h"

#include <gtest/gtest.h>

namespace samara::ops {
namespace {

// Known answers of Random123, the authors' library (kat_vectors, philox4x32 10).
TEST(philox, gives_the_known_answers) {
  EXPECT_EQ(philox(0, {}), (PhiloxWords{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr uint32_t kOnes = 0xffffffff;
  EXPECT_EQ(philox(UINT64_MAX, {kOnes, kOnes, kOnes, kOnes}),
            (PhiloxWords{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
}

TEST(philox, counts_and_skips) {
  Philox one(3, 4), other(3, 4);
  for (int i = 0; i < 5; ++i) one();
  other.skip(5);
  EXPECT_EQ(one(), other());
  Philox last(3, UINT64_MAX);
  last.skip(UINT64_MAX);
  EXPECT_EQ(last(), philox(3, {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}));
  EXPECT_EQ(last(), philox(3, {}));  // the counter is back at the start
}

}  // namespace
}  // namespace samara::ops

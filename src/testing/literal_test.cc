#include "testing/literal.h"

#include <gtest/gtest.h>

#include <cmath>

namespace samara::testing {
namespace {

TEST(half, every_half_survives_the_way_through_float) {
  for (uint32_t h = 0; h < 65536; ++h) {
    const float f = from_half(uint16_t(h));
    if (std::isnan(f)) continue;
    ASSERT_EQ(to_half(f), h);
  }
}

TEST(half, rounds_to_nearest_even) {
  EXPECT_EQ(to_half(1 + 0x1p-11f), 0x3c00);  // halfway between 1 and the next: to even
  EXPECT_EQ(to_half(1 + 0x1p-11f + 0x1p-20f), 0x3c01);
  EXPECT_EQ(to_half(1 + 3 * 0x1p-11f), 0x3c02);
  EXPECT_EQ(to_half(65519), 0x7bff);
  EXPECT_EQ(to_half(65520), 0x7c00);
  EXPECT_EQ(to_half(0x1p-25f), 0);  // halfway between 0 and the least
  EXPECT_EQ(to_half(-0x1p-24f), 0x8001);
}

TEST(difference, names_type_shape_and_place) {
  EXPECT_EQ(difference(i8({2}, {1, 2}), i8({2}, {1, 2}), 0), "");
  EXPECT_EQ(difference(i8({2}, {1, 2}), i8({2}, {1, -3}), 0), "value 1 is -3, not 2");
  EXPECT_EQ(difference(u8({1}, {200}), u8({1}, {201}), 0), "value 0 is 201, not 200");
  EXPECT_NE(difference(i8({2}, {1, 2}), u8({2}, {1, 2}), 0), "");
  EXPECT_NE(difference(i8({2}, {1, 2}), i8({2, 1}, {1, 2}), 0), "");
}

TEST(difference, holds_floats_to_the_range) {
  EXPECT_EQ(difference(f32({2}, {1000, 0}), f32({2}, {1000, 0.009f}), 1e-5f), "");
  EXPECT_NE(difference(f32({2}, {1000, 0}), f32({2}, {1000, 0.011f}), 1e-5f), "");
  EXPECT_NE(difference(f32({1}, {1}), f32({1}, {NAN}), 1), "");
  EXPECT_NE(difference(f32({1}, {INFINITY}), f32({1}, {1}), 1), "");
  EXPECT_EQ(difference(f32({1}, {NAN}), f32({1}, {NAN}), 0), "");
}

TEST(random, stays_in_its_bounds_and_is_repeatable) {
  const Literal a = random_i8({1000}, 1, -3, 4);
  EXPECT_EQ(a.bytes, random_i8({1000}, 1, -3, 4).bytes);
  EXPECT_NE(a.bytes, random_i8({1000}, 2, -3, 4).bytes);
  bool low = false, high = false;
  for (const int8_t v : a.values<int8_t>()) {
    EXPECT_TRUE(v >= -3 && v <= 4);
    low |= v == -3;
    high |= v == 4;
  }
  EXPECT_TRUE(low && high);
}

}  // namespace
}  // namespace samara::testing

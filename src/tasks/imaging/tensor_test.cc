// Pixels to tensors: the formulas at hand-computed places, and what is refused.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "samara/imaging/image.h"

namespace samara::imaging {
namespace {

Image two_pixels() {
  Image image = Image::create(2, 1, Format::rgb).value();
  const uint8_t bytes[] = {0, 128, 255, 10, 20, 30};
  std::copy(bytes, bytes + 6, image.row(0));
  return image;
}

TEST(tensor, normalises_each_channel) {
  std::vector<float> out(6);
  ASSERT_TRUE(to_float(two_pixels(), {{0, 128, 5}, {1, 2, 10}}, out).ok());
  EXPECT_EQ(out, (std::vector<float>{0, 0, 25, 10, -54, 2.5f}));
  ASSERT_TRUE(to_float(two_pixels(), Normalization::uniform(127.5f, 127.5f), out).ok());
  EXPECT_EQ(out[0], (1 / 127.5f) * -127.5f);
  EXPECT_EQ(out[2], (1 / 127.5f) * 127.5f);
}

TEST(tensor, quantizes_halves_away_from_zero_and_clamps) {
  std::vector<int8_t> out(6);
  // real = pixel - 20; step 20: -1, 5.4, 11.75, -0.5, 0, 0.5
  ASSERT_TRUE(
      to_quantized(two_pixels(), Normalization::uniform(20, 1), {20, -3}, std::span<int8_t>(out))
          .ok());
  EXPECT_EQ(out, (std::vector<int8_t>{-4, 2, 9, -4, -3, -2}));
  ASSERT_TRUE(
      to_quantized(two_pixels(), Normalization::uniform(20, 1), {0.1f, 0}, std::span<int8_t>(out))
          .ok());
  EXPECT_EQ(out, (std::vector<int8_t>{-128, 127, 127, -100, 0, 100}));
  std::vector<uint8_t> bytes(6);
  ASSERT_TRUE(to_quantized(two_pixels(), Normalization::uniform(128, 128), {1 / 128.0f, 128},
                           std::span<uint8_t>(bytes))
                  .ok());
  EXPECT_EQ(bytes[0], 0);
  EXPECT_EQ(bytes[2], 255);
  std::vector<int16_t> wide(6);
  ASSERT_TRUE(to_quantized(two_pixels(), Normalization::uniform(0, 255), {1.0f / 32767, 0},
                           std::span<int16_t>(wide))
                  .ok());
  EXPECT_EQ(wide[0], 0);
  EXPECT_EQ(wide[2], 32767);
}

TEST(tensor, raw_bytes_stay_or_move_by_128) {
  std::vector<uint8_t> bytes(6);
  ASSERT_TRUE(to_raw(two_pixels(), std::span<uint8_t>(bytes)).ok());
  EXPECT_EQ(bytes, (std::vector<uint8_t>{0, 128, 255, 10, 20, 30}));
  std::vector<int8_t> moved(6);
  ASSERT_TRUE(to_raw(two_pixels(), std::span<int8_t>(moved)).ok());
  EXPECT_EQ(moved, (std::vector<int8_t>{-128, 0, 127, -118, -108, -98}));
}

TEST(tensor, reads_rows_with_gaps) {
  const Image image = convert(two_pixels(), Format::gray).value();
  const ImageView right = crop(image, {1, 0, 1, 1}).value();
  std::vector<uint8_t> out(1);
  ASSERT_TRUE(to_raw(right, std::span<uint8_t>(out)).ok());
  EXPECT_EQ(out[0], image.row(0)[1]);
}

TEST(tensor, refuses_wrong_sizes_alpha_and_useless_numbers) {
  std::vector<float> five(5), six(6), eight(8);
  const Normalization plain;
  EXPECT_EQ(to_float(two_pixels(), plain, five).error().code(), Code::invalid_argument);
  const Image alpha = convert(two_pixels(), Format::rgba).value();
  EXPECT_EQ(to_float(alpha, plain, eight).error().code(), Code::invalid_argument);
  for (const float bad : {0.0f, NAN, INFINITY, 1e-45f}) {
    EXPECT_FALSE(to_float(two_pixels(), Normalization::uniform(0, bad), six).ok()) << bad;
  }
  EXPECT_FALSE(to_float(two_pixels(), Normalization::uniform(NAN, 1), six).ok());
  std::vector<uint8_t> q(6);
  for (const float bad : {0.0f, -1.0f, NAN, INFINITY})
    EXPECT_FALSE(to_quantized(two_pixels(), plain, {bad, 0}, std::span<uint8_t>(q)).ok()) << bad;
}

}  // namespace
}  // namespace samara::imaging

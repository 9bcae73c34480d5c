// Resizing against numbers from TensorFlow 2.21: tf.image.resize(picture, (height, width),
// method="bilinear", antialias=False) of pattern(), rounded by us to the nearest byte.
#include <gtest/gtest.h>

#include <climits>
#include <cmath>
#include <vector>

#include "samara/imaging/image.h"

namespace samara::imaging {
namespace {

/// Bytes that look like noise: (37 i + 11 (i * i / 7)) mod 256.
Image pattern(int width, int height, Format format) {
  Image image = Image::create(width, height, format).value();
  uint64_t i = 0;
  for (int y = 0; y < height; ++y)
    for (size_t x = 0; x < image.stride(); ++x, ++i)
      image.row(y)[x] = static_cast<uint8_t>(i * 37 + i * i / 7 * 11);
  return image;
}

void expect_near(const Image& image, int width, int height, const std::vector<double>& wanted) {
  auto out = resize(image, width, height);
  ASSERT_TRUE(out.ok());
  ASSERT_EQ(out->bytes(), wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i)
    EXPECT_NEAR(out->pixels()[i], wanted[i], 0.5 + 255.0 / 2048) << "byte " << i;
}

TEST(resize, shrinks_as_tensorflow) {
  expect_near(pattern(5, 4, Format::gray), 3, 2, {82.3333, 77, 166.1667, 100.6667, 104, 162.8333});
  expect_near(pattern(9, 1, Format::gray), 4, 1, {23.125, 116, 193.375, 102.125});
}

TEST(resize, grows_as_tensorflow) {
  expect_near(pattern(3, 2, Format::gray), 5, 4,
              {0,    14.8,  37,     59.2,  74,  30.5, 46.4,  70.25, 94.1,  110,
               91.5, 109.6, 136.75, 163.9, 182, 122,  141.2, 170,   198.8, 218});
  expect_near(pattern(2, 2, Format::gray), 4, 4,
              {0, 9.25, 27.75, 37, 18.5, 28.4375, 48.3125, 58.25, 55.5, 66.8125, 89.4375, 100.75,
               74, 86, 110, 122});
}

TEST(resize, treats_each_channel_by_itself) {
  expect_near(pattern(7, 5, Format::rgb), 3, 4,
              {100.25,   120.8333, 173.4167, 200,    22.25, 100.5,  137.75,   220,      67.9167,
               233.1666, 112.25,   151.3333, 163.75, 68.5,  229.25, 102.9999, 129.0833, 123.5,
               141.0833, 102.6667, 64.25,    62.5,   49.75, 133,    152.5833, 101.1667, 178.0834,
               48,       92.0833,  136.1667, 120.25, 190,   35.75,  137.1667, 210.9166, 82.3333});
}

TEST(resize, to_the_same_size_keeps_every_byte) {
  const Image image = pattern(37, 23, Format::rgba);
  const Image out = resize(image, 37, 23).value();
  EXPECT_TRUE(std::equal(image.pixels().begin(), image.pixels().end(), out.pixels().begin()));
}

TEST(resize, of_one_pixel_repeats_it) {
  const Image out = resize(pattern(1, 1, Format::rgb), 4, 3).value();
  for (size_t i = 0; i < out.bytes(); ++i)
    EXPECT_EQ(out.pixels()[i], pattern(1, 1, Format::rgb).pixels()[i % 3]);
}

TEST(resize, keeps_extremes) {
  Image white = Image::create(5, 5, Format::gray).value();
  for (int y = 0; y < 5; ++y)
    for (int x = 0; x < 5; ++x) white.row(y)[x] = 255;
  const Image out = resize(white, 13, 3).value();
  for (const uint8_t p : out.pixels()) EXPECT_EQ(p, 255);
}

TEST(resize, reads_a_part_of_a_larger_image) {
  const Image image = pattern(9, 7, Format::rgb);
  const ImageView part = crop(image, {2, 1, 5, 4}).value();
  const Image copy = upright(part, Orientation::upright).value();
  const Image a = resize(part, 3, 3).value(), b = resize(copy, 3, 3).value();
  EXPECT_TRUE(std::equal(a.pixels().begin(), a.pixels().end(), b.pixels().begin()));
}

TEST(resize, stays_exact_at_great_widths) {
  // The last places must not drift: a ramp over 60,000 pixels.
  Image ramp = Image::create(60000, 1, Format::gray).value();
  for (int x = 0; x < 60000; ++x) ramp.row(0)[x] = static_cast<uint8_t>(x * 255LL / 59999);
  const Image out = resize(ramp, 59999, 1).value();
  for (int x = 0; x < 59999; ++x) EXPECT_NEAR(out.row(0)[x], ramp.row(0)[x], 1);
}

TEST(resize, refuses_what_has_no_pixels) {
  const Image image = pattern(4, 4, Format::gray);
  EXPECT_EQ(resize(image, 0, 4).error().code(), Code::invalid_argument);
  EXPECT_EQ(resize(image, 4, -1).error().code(), Code::invalid_argument);
  EXPECT_EQ(resize(ImageView{}, 4, 4).error().code(), Code::invalid_argument);
  const Image deep = pattern(4, 4, Format::rgba);
  for (const auto& [width, height] : {std::pair(INT_MAX, INT_MAX),
                                      {INT_MAX, 1},
                                      {1, INT_MAX},
                                      {kMostSide + 1, 1},
                                      {kMostSide, kMostSide}})
    EXPECT_EQ(resize(deep, width, height).error().code(), Code::resource_exhausted);
  EXPECT_TRUE(resize(image, kMostSide, 2).ok());
}

}  // namespace
}  // namespace samara::imaging

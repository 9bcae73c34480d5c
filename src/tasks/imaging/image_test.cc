// Cutting, turning, converting images.
#include "samara/imaging/image.h"

#include <gtest/gtest.h>

#include <climits>
#include <string>

namespace samara::imaging {
namespace {

/// A gray image from rows of characters.
Image gray(const std::vector<std::string>& rows) {
  Image image =
      Image::create(static_cast<int>(rows[0].size()), static_cast<int>(rows.size()), Format::gray)
          .value();
  for (size_t y = 0; y < rows.size(); ++y)
    for (size_t x = 0; x < rows[y].size(); ++x)
      image.row(static_cast<int>(y))[x] = static_cast<uint8_t>(rows[y][x]);
  return image;
}

std::vector<std::string> rows(const ImageView& image) {
  std::vector<std::string> out;
  for (int y = 0; y < image.height; ++y)
    out.emplace_back(reinterpret_cast<const char*>(image.row(y)), image.row_bytes());
  return out;
}

TEST(image, refuses_sides_below_one_and_too_many_bytes) {
  EXPECT_EQ(Image::create(0, 1, Format::rgb).error().code(), Code::invalid_argument);
  EXPECT_EQ(Image::create(1, -5, Format::rgb).error().code(), Code::invalid_argument);
  for (const int side : {INT_MAX, 16385})
    EXPECT_EQ(Image::create(side, side, Format::rgba).error().code(), Code::resource_exhausted);
}

TEST(image, crop_borrows_a_part) {
  const Image image = gray({"abcd", "efgh", "ijkl"});
  EXPECT_EQ(rows(crop(image, {1, 1, 2, 2}).value()), (std::vector<std::string>{"fg", "jk"}));
  EXPECT_EQ(rows(crop(image, {0, 0, 4, 3}).value()), rows(image));
  for (const Rect bad : {Rect{-1, 0, 2, 2}, Rect{0, 0, 0, 1}, Rect{3, 0, 2, 1}, Rect{0, 2, 1, 2},
                         Rect{INT_MAX, 0, 2, 1}, Rect{0, 0, INT_MAX, 1}, Rect{1, 1, -1, -1}})
    EXPECT_EQ(crop(image, bad).error().code(), Code::invalid_argument);
}

TEST(image, upright_undoes_each_exif_orientation) {
  // What a camera stores of the scene {"ab", "cd", "ef"} under each value of the tag.
  const std::vector<std::string> scene = {"ab", "cd", "ef"};
  const std::vector<std::vector<std::string>> stored = {
      {"ab", "cd", "ef"},  // 1: first row is the top, first column the left
      {"ba", "dc", "fe"},  // 2: top, right
      {"fe", "dc", "ba"},  // 3: bottom, right
      {"ef", "cd", "ab"},  // 4: bottom, left
      {"ace", "bdf"},      // 5: left, top
      {"bdf", "ace"},      // 6: right, top
      {"fdb", "eca"},      // 7: right, bottom
      {"eca", "fdb"},      // 8: left, bottom
  };
  for (size_t i = 0; i < stored.size(); ++i)
    EXPECT_EQ(rows(upright(gray(stored[i]), static_cast<Orientation>(i + 1)).value()), scene)
        << "orientation " << i + 1;
}

TEST(image, upright_moves_whole_pixels) {
  Image image = Image::create(2, 1, Format::rgb).value();
  for (int i = 0; i < 6; ++i) image.row(0)[i] = static_cast<uint8_t>('a' + i);
  EXPECT_EQ(rows(upright(image, Orientation::mirrored).value()),
            (std::vector<std::string>{"defabc"}));
  EXPECT_EQ(rows(upright(image, Orientation::turned_left).value()),
            (std::vector<std::string>{"abc", "def"}));
}

TEST(image, gray_is_bt601_luma) {
  Image image = Image::create(5, 1, Format::rgb).value();
  const uint8_t colours[5][3] = {{255, 255, 255}, {0, 0, 0}, {255, 0, 0}, {0, 255, 0}, {0, 0, 255}};
  std::copy(&colours[0][0], &colours[0][0] + 15, image.row(0));
  const Image out = convert(image, Format::gray).value();
  const std::vector<uint8_t> luma(out.pixels().begin(), out.pixels().end());
  EXPECT_EQ(luma, (std::vector<uint8_t>{255, 0, 76, 150, 29}));
}

TEST(image, converts_between_all_formats) {
  const Image one = gray({"x"});
  EXPECT_EQ(rows(convert(one, Format::rgb).value()), std::vector<std::string>{"xxx"});
  const Image rgba = convert(one, Format::rgba).value();
  EXPECT_EQ(rows(rgba), std::vector<std::string>{"xxx\xff"});
  EXPECT_EQ(rows(convert(rgba, Format::rgb).value()), std::vector<std::string>{"xxx"});
  EXPECT_EQ(rows(convert(rgba, Format::gray).value()), std::vector<std::string>{"x"});
  EXPECT_EQ(rows(convert(rgba, Format::rgba).value()), rows(rgba));
}

}  // namespace
}  // namespace samara::imaging

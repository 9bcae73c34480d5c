// Every form of image that is read, from testdata (scripts/make_image_samples.py), and what is
// refused: cut short at every byte, damaged at every byte, lying about sizes.
#include "samara/files/image_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"

namespace samara::files {
namespace {

using imaging::Format;
using imaging::Image;

const std::string kFolder = "src/tasks/files/testdata/";

std::vector<std::byte> sample(const std::string& name) {
  const auto content = read_file(kFolder + name);
  EXPECT_TRUE(content.ok()) << name;
  const auto bytes = std::as_bytes(std::span(*content));
  return {bytes.begin(), bytes.end()};
}

/// The picture of the samples: 13 x 9, red to the right, green downwards, blue 128.
int rgb_at(int x, int y, int c) { return c == 0 ? x * 20 : c == 1 ? y * 25 : c == 2 ? 128 : 255; }
int gray_at(int x, int y, int) { return x * 10 + y * 10; }

struct Case {
  std::string name;
  Format format = Format::rgb;
  int tolerance = 0;
  std::function<int(int x, int y, int c)> value = rgb_at;
};

/// The code of a failure; nothing where the image was read.
std::optional<Code> refusal(const Result<Image>& image) {
  if (image.ok()) return std::nullopt;
  return image.error().code();
}

std::vector<Case> cases() {
  const auto alpha = [](int x, int y, int c) { return c == 3 ? x * 10 + 50 : rgb_at(x, y, c); };
  const auto black_white = [](int x, int y, int) { return gray_at(x, y, 0) > 80 ? 255 : 0; };
  const auto red_green = [](int x, int y, int c) {
    return c == (gray_at(x, y, 0) > 80 ? 1 : 0) ? 255 : 0;
  };
  const auto see_through = [](int x, int y, int c) {
    return c < 3 ? gray_at(x, y, 0) : gray_at(x, y, 0) == 40 ? 0 : 255;
  };
  // Luma of pillow's LA, which rounds as ours does.
  const auto gray_alpha = [](int x, int y, int c) {
    if (c == 3) return x * 10 + 50;
    return static_cast<int>(std::lround(0.299 * x * 20 + 0.587 * y * 25 + 0.114 * 128));
  };
  std::vector<Case> out = {
      {"rgb.jpg", Format::rgb, 6},
      {"progressive.jpg", Format::rgb, 6},
      {"cmyk.jpg", Format::rgb, 8},
      {"gray.jpg", Format::gray, 4, gray_at},
      {"rgb.png"},
      {"palette.png", Format::rgb, 2},
      {"interlaced.png"},
      {"gray.png", Format::gray, 0, gray_at},
      {"gray16.png", Format::gray, 0, gray_at},
      {"gray1.png", Format::gray, 0, black_white},
      {"rgba.png", Format::rgba, 0, alpha},
      {"gray_alpha.png", Format::rgba, 1, gray_alpha},
      {"transparent_gray.png", Format::rgba, 0, see_through},
      {"exif6.png"},
      {"lossless.webp"},
      {"lossy.webp", Format::rgb, 40},
      {"alpha.webp", Format::rgba, 0, alpha},
      {"exif6.webp"},
      {"rgb24.bmp"},
      {"rgb24_down.bmp"},
      {"rgb24_os2.bmp"},
      {"rgb32.bmp"},
      {"rgb32_masks.bmp"},
      {"rgb555.bmp", Format::rgb, 8},
      {"rgb565.bmp", Format::rgb, 8},
      {"gray8.bmp", Format::gray, 0, gray_at},
      {"gray4.bmp", Format::gray, 16, gray_at},
      {"two_colours.bmp", Format::rgb, 0, red_green},
  };
  for (int i = 2; i <= 8; ++i) out.push_back({"exif" + std::to_string(i) + ".jpg", Format::rgb, 6});
  return out;
}

TEST(image_file, reads_every_form) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    auto image = load_image(kFolder + c.name);
    if (!image.ok()) {
      ADD_FAILURE() << image.error().text();
      continue;
    }
    EXPECT_EQ(image->format(), c.format);
    ASSERT_EQ(image->width(), 13);
    ASSERT_EQ(image->height(), 9);
    int worst = 0;
    for (int y = 0; y < 9; ++y)
      for (int x = 0; x < 13; ++x)
        for (int ch = 0; ch < channels(image->format()); ++ch) {
          const int got = image->row(y)[x * channels(image->format()) + ch];
          worst = std::max(worst, std::abs(got - c.value(x, y, ch)));
        }
    EXPECT_LE(worst, c.tolerance);
  }
}

TEST(image_file, refuses_every_truncation) {
  for (const Case& c : cases()) {
    const std::vector<std::byte> bytes = sample(c.name);
    for (size_t size = 0; size < bytes.size(); ++size) {
      const std::vector<std::byte> cut(bytes.begin(), bytes.begin() + static_cast<long>(size));
      const auto image = decode_image(cut);
      ASSERT_FALSE(image.ok()) << c.name << " cut to " << size << " of " << bytes.size();
      EXPECT_FALSE(image.error().message().empty());
    }
  }
}

TEST(image_file, stands_damage_at_every_byte) {
  const ImageLimits limits{.file_bytes = 1 << 20, .pixels = 1 << 20};
  size_t read = 0, refused = 0;
  for (const Case& c : cases()) {
    const std::vector<std::byte> whole = sample(c.name);
    for (size_t at = 0; at < whole.size(); ++at) {
      for (const unsigned flip : {0x01u, 0x80u, 0xffu}) {
        std::vector<std::byte> bytes = whole;
        bytes[at] ^= static_cast<std::byte>(flip);
        const auto image = decode_image(bytes, limits);
        if (image.ok()) {
          ASSERT_LE(uint64_t(image->width()) * uint64_t(image->height()), limits.pixels);
          ++read;
        } else {
          ASSERT_FALSE(image.error().message().empty());
          ++refused;
        }
      }
    }
  }
  EXPECT_GT(read, 0u);     // pixels differ, the form is whole
  EXPECT_GT(refused, 0u);  // checksums, marks, sizes
}

TEST(image_file, says_what_a_file_is_that_it_cannot_read) {
  const auto gif = load_image(kFolder + "rgb.gif");
  EXPECT_EQ(gif.error().code(), Code::unsupported);
  EXPECT_NE(gif.error().message().find("GIF"), std::string::npos);
  const auto rle = load_image(kFolder + "rle.bmp");
  EXPECT_EQ(rle.error().code(), Code::unsupported);
  EXPECT_NE(rle.error().message().find("run-length"), std::string::npos);
  const auto moving = load_image(kFolder + "animated.webp");
  EXPECT_EQ(moving.error().code(), Code::unsupported);
  EXPECT_NE(moving.error().message().find("animated"), std::string::npos);
  EXPECT_EQ(refusal(load_image("README.md")), Code::invalid_argument);
  EXPECT_EQ(refusal(load_image(kFolder + "missing.jpg")), Code::not_found);
  EXPECT_FALSE(load_image(kFolder).ok());
  EXPECT_NE(load_image(kFolder + "missing.jpg").error().text().find("missing.jpg"),
            std::string::npos);
  EXPECT_EQ(refusal(decode_image({})), Code::invalid_argument);
}

void put(std::vector<std::byte>& bytes, size_t at, const std::vector<unsigned>& values) {
  for (size_t i = 0; i < values.size(); ++i) bytes[at + i] = static_cast<std::byte>(values[i]);
}

/// CRC-32 as PNG has it, for headers that lie but are sealed rightly.
uint32_t crc(std::span<const std::byte> bytes) {
  uint32_t c = ~0u;
  for (const std::byte b : bytes) {
    c ^= std::to_integer<uint32_t>(b);
    for (int i = 0; i < 8; ++i) c = (c >> 1) ^ ((c & 1) != 0 ? 0xedb88320u : 0);
  }
  return ~c;
}

std::vector<std::byte> png_of(unsigned width, unsigned height) {
  std::vector<std::byte> bytes = sample("rgb.png");
  put(bytes, 16, {width >> 24, width >> 16 & 255, width >> 8 & 255, width & 255});
  put(bytes, 20, {height >> 24, height >> 16 & 255, height >> 8 & 255, height & 255});
  const uint32_t seal = crc(std::span(bytes).subspan(12, 17));
  put(bytes, 29, {seal >> 24, seal >> 16 & 255, seal >> 8 & 255, seal & 255});
  return bytes;
}

/// A frame header of that size: FF C0, length, precision, height, width.
std::vector<std::byte> jpeg_of(unsigned width, unsigned height) {
  std::vector<std::byte> bytes = sample("rgb.jpg");
  for (size_t i = 2; i + 9 < bytes.size(); ++i) {
    if (bytes[i] == std::byte{0xff} && bytes[i + 1] == std::byte{0xc0}) {
      put(bytes, i + 5, {height >> 8, height & 255, width >> 8, width & 255});
      break;
    }
  }
  return bytes;
}

std::vector<std::byte> bmp_of(unsigned width, unsigned height) {
  std::vector<std::byte> bytes = sample("rgb24.bmp");
  put(bytes, 18, {width & 255, width >> 8 & 255, width >> 16 & 255, width >> 24});
  put(bytes, 22, {height & 255, height >> 8 & 255, height >> 16 & 255, height >> 24});
  return bytes;
}

TEST(image_file, judges_sizes_before_decoding) {
  for (const auto& lie : {png_of(1u << 30, 1u << 30), png_of(0x7fffffff, 1), jpeg_of(65000, 65000),
                          bmp_of(0x7fffffff, 0x7fffffff), bmp_of(0x10000, 0x10000)})
    EXPECT_EQ(refusal(decode_image(lie)), Code::resource_exhausted);
  // Within the limit, but more than the file holds.
  for (const auto& lie : {png_of(8000, 8000), jpeg_of(8000, 8000), bmp_of(8000, 8000)})
    EXPECT_EQ(refusal(decode_image(lie)), Code::data_loss);
  for (const auto& lie : {png_of(0, 9), png_of(13, 0), jpeg_of(0, 9), jpeg_of(13, 0), bmp_of(0, 9),
                          bmp_of(13, 0), bmp_of(0x80000000u, 9), bmp_of(13, 0x80000000u)})
    EXPECT_FALSE(decode_image(lie).ok());
}

TEST(image_file, holds_the_callers_limits) {
  const ImageLimits narrow{.file_bytes = 1 << 20, .pixels = 13 * 9 - 1};
  const ImageLimits exact{.file_bytes = 1 << 20, .pixels = 13 * 9};
  for (const char* name : {"rgb.jpg", "rgb.png", "lossless.webp", "lossy.webp", "rgb24.bmp"}) {
    EXPECT_EQ(refusal(load_image(kFolder + name, narrow)), Code::resource_exhausted) << name;
    EXPECT_TRUE(load_image(kFolder + name, exact).ok()) << name;
    EXPECT_EQ(refusal(load_image(kFolder + name, {.file_bytes = 20})), Code::resource_exhausted);
    EXPECT_EQ(refusal(decode_image(sample(name), {.file_bytes = 20})), Code::resource_exhausted);
  }
}

TEST(image_file, bmp_refuses_palettes_and_masks_that_do_not_fit) {
  std::vector<std::byte> few = sample("gray4.bmp");
  put(few, 46, {3, 0, 0, 0});  // three colours, but pixels use more
  EXPECT_EQ(refusal(decode_image(few)), Code::data_loss);
  std::vector<std::byte> many = sample("gray4.bmp");
  put(many, 46, {17, 0, 0, 0});
  EXPECT_EQ(refusal(decode_image(many)), Code::data_loss);
  std::vector<std::byte> gaps = sample("rgb565.bmp");
  put(gaps, 54, {0x00, 0xf5, 0, 0});
  EXPECT_EQ(refusal(decode_image(gaps)), Code::data_loss);
  std::vector<std::byte> far = sample("rgb24.bmp");
  put(far, 10, {0xff, 0xff, 0xff, 0xff});
  EXPECT_EQ(refusal(decode_image(far)), Code::data_loss);
  std::vector<std::byte> depth = sample("rgb24.bmp");
  put(depth, 28, {7, 0});
  EXPECT_EQ(refusal(decode_image(depth)), Code::unsupported);
}

}  // namespace
}  // namespace samara::files

// Images: making, cutting, turning and converting them. Resizing is in resize.cc, tensors in
// tensor.cc.
#include "samara/imaging/image.h"

#include <cstring>
#include <new>
#include <utility>

#include "base/checked.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::imaging {
namespace {

/// BT.601 in 16-bit fixed point: the weights add up to 65536, so white stays white.
uint8_t luma(const uint8_t* p) {
  return static_cast<uint8_t>((p[0] * 19595u + p[1] * 38470u + p[2] * 7471u + 32768u) >> 16);
}

/// Copies pixels of N bytes, taken at steps of `right` and `down` bytes from `first`.
template <int N>
void walk(const uint8_t* first, ptrdiff_t right, ptrdiff_t down, Image& out) {
  for (int y = 0; y < out.height(); ++y) {
    uint8_t* to = out.row(y);
    const uint8_t* from = first + y * down;
    for (int x = 0; x < out.width(); ++x, to += N) std::memcpy(to, from + x * right, N);
  }
}

/// How the stored rows and columns run through the upright image.
struct Course {
  bool turned, flip_x, flip_y;
};
constexpr Course kCourses[] = {
    {false, false, false}, {false, true, false}, {false, true, true}, {false, false, true},
    {true, false, false},  {true, false, true},  {true, true, true},  {true, true, false},
};

}  // namespace

Image::Image(std::unique_ptr<uint8_t[]> pixels, int width, int height, Format format)
    : pixels_(std::move(pixels)), width_(width), height_(height), format_(format) {}

Result<Image> Image::create(int width, int height, Format format) {
  if (width < 1 || height < 1)
    return Error(Code::invalid_argument, cat("an image of ", width, " x ", height, " pixels"));
  const auto pixels = static_cast<uint64_t>(width) * static_cast<uint64_t>(height);
  if (pixels > kMostPixels)
    return Error(Code::resource_exhausted, cat("an image of ", width, " x ", height,
                                               " pixels; the most is ", kMostPixels, " pixels"));
  const auto bytes = narrow<ptrdiff_t>(pixels * static_cast<uint64_t>(channels(format)));
  std::unique_ptr<uint8_t[]> memory;
  if (bytes) memory.reset(new (std::nothrow) uint8_t[static_cast<size_t>(*bytes)]);
  if (!memory)
    return Error(Code::resource_exhausted,
                 cat("no memory for an image of ", width, " x ", height, " pixels"));
  return Image(std::move(memory), width, height, format);
}

Result<ImageView> crop(const ImageView& image, const Rect& part) {
  const bool inside = part.x >= 0 && part.y >= 0 && part.width >= 1 && part.height >= 1 &&
                      part.x <= image.width - part.width && part.y <= image.height - part.height;
  if (!inside)
    return Error(Code::invalid_argument,
                 cat("a part of ", part.width, " x ", part.height, " at ", part.x, ", ", part.y,
                     " of an image of ", image.width, " x ", image.height));
  ImageView out = image;
  out.pixels = image.row(part.y) + static_cast<size_t>(part.x) * channels(image.format);
  out.width = part.width;
  out.height = part.height;
  return out;
}

Result<Image> upright(const ImageView& image, Orientation stored) {
  const Course course = kCourses[static_cast<int>(stored) - 1];
  const bool turned = course.turned;
  TRY_SET(Image out, Image::create(turned ? image.height : image.width,
                                   turned ? image.width : image.height, image.format));
  const ptrdiff_t pixel = channels(image.format), line = static_cast<ptrdiff_t>(image.stride);
  const uint8_t* first = image.pixels + (course.flip_x ? (image.width - 1) * pixel : 0) +
                         (course.flip_y ? (image.height - 1) * line : 0);
  const ptrdiff_t along_x = course.flip_x ? -pixel : pixel;
  const ptrdiff_t along_y = course.flip_y ? -line : line;
  const ptrdiff_t right = turned ? along_y : along_x, down = turned ? along_x : along_y;
  switch (image.format) {
    case Format::gray:
      walk<1>(first, right, down, out);
      break;
    case Format::rgb:
      walk<3>(first, right, down, out);
      break;
    case Format::rgba:
      walk<4>(first, right, down, out);
      break;
  }
  return out;
}

Result<Image> convert(const ImageView& image, Format format) {
  TRY_SET(Image out, Image::create(image.width, image.height, format));
  const int from_step = channels(image.format), to_step = channels(format);
  for (int y = 0; y < image.height; ++y) {
    const uint8_t* from = image.row(y);
    uint8_t* to = out.row(y);
    if (image.format == format) {
      std::memcpy(to, from, image.row_bytes());
      continue;
    }
    for (int x = 0; x < image.width; ++x, from += from_step, to += to_step) {
      if (format == Format::gray) {
        to[0] = luma(from);
        continue;
      }
      const bool gray = image.format == Format::gray;
      for (int c = 0; c < 3; ++c) to[c] = from[gray ? 0 : c];
      if (format == Format::rgba) to[3] = 255;
    }
  }
  return out;
}

}  // namespace samara::imaging

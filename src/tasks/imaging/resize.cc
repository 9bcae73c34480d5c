// Bilinear resizing in fixed point. The place of a pixel is exact; the shares of its neighbours
// have kBits bits, so a channel differs from exact arithmetic by less than 0.5 + 255 / 2^kBits.
#include <algorithm>
#include <memory>
#include <new>

#include "base/text.h"
#include "base/try.h"
#include "samara/imaging/image.h"

namespace samara::imaging {
namespace {

constexpr int kBits = 11;  // 255 << 2 * kBits still fits 30 bits
constexpr uint32_t kOne = 1u << kBits;

/// The two neighbours of a place along one axis and the share of the second.
struct Tap {
  int low = 0, high = 0;
  uint32_t share = 0;
};

/// Place of pixel i of `to` in an axis of `from` pixels: (i + 0.5) * from / to - 0.5, clamped.
Tap tap(int i, int from, int to) {
  const int64_t unit = 2 * int64_t{to};
  const int64_t at = (2 * int64_t{i} + 1) * from - to;  // in units of 1 / (2 * to)
  if (at <= 0) return {0, 0, 0};
  const int low = static_cast<int>(at / unit);
  if (low >= from - 1) return {from - 1, from - 1, 0};
  const int64_t rest = at % unit;
  return {low, low + 1, static_cast<uint32_t>((rest * kOne + to) / unit)};
}

template <int N>
void blend(const ImageView& image, const Tap* columns, Image& out) {
  for (int y = 0; y < out.height(); ++y) {
    const Tap row = tap(y, image.height, out.height());
    const uint8_t *upper = image.row(row.low), *lower = image.row(row.high);
    uint8_t* to = out.row(y);
    for (int x = 0; x < out.width(); ++x, to += N) {
      const Tap& column = columns[x];
      const size_t a = static_cast<size_t>(column.low) * N;
      const size_t b = static_cast<size_t>(column.high) * N;
      const uint32_t left = kOne - column.share;
      for (int c = 0; c < N; ++c) {
        const uint32_t top = upper[a + c] * left + upper[b + c] * column.share;
        const uint32_t bottom = lower[a + c] * left + lower[b + c] * column.share;
        const uint32_t sum = top * (kOne - row.share) + bottom * row.share;
        to[c] = static_cast<uint8_t>((sum + (1u << (2 * kBits - 1))) >> (2 * kBits));
      }
    }
  }
}

}  // namespace

Result<Image> resize(const ImageView& image, int width, int height) {
  if (image.width < 1 || image.height < 1 || !image.pixels)
    return Error(Code::invalid_argument, "an image without pixels cannot be resized");
  if (width > kMostSide || height > kMostSide)
    return Error(Code::resource_exhausted,
                 cat("an image of ", width, " x ", height, " pixels; a side may have ", kMostSide));
  TRY_SET(Image out, Image::create(width, height, image.format));
  const std::unique_ptr<Tap[]> columns(new (std::nothrow) Tap[static_cast<size_t>(width)]);
  if (!columns) return Error(Code::resource_exhausted, cat("no memory for ", width, " columns"));
  for (int x = 0; x < width; ++x) columns[x] = tap(x, image.width, width);
  switch (image.format) {
    case Format::gray:
      blend<1>(image, columns.get(), out);
      break;
    case Format::rgb:
      blend<3>(image, columns.get(), out);
      break;
    case Format::rgba:
      blend<4>(image, columns.get(), out);
      break;
  }
  return out;
}

}  // namespace samara::imaging

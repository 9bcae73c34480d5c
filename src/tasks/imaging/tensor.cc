// Pixels to tensors. A pixel has 256 values, so each mapping is computed once per value and channel
// and then looked up: the formula stands in one place and costs nothing in the loop.
#include <array>
#include <cmath>
#include <limits>
#include <type_traits>

#include "base/text.h"
#include "base/try.h"
#include "samara/imaging/image.h"

namespace samara::imaging {
namespace {

template <class T>
using Table = std::array<std::array<T, 256>, 3>;

Status fits(const ImageView& image, size_t elements) {
  if (image.format == Format::rgba)
    return Error(Code::invalid_argument, "an image with alpha cannot fill a tensor: convert it");
  const size_t wanted = image.row_bytes() * static_cast<size_t>(image.height);
  if (elements != wanted)
    return Error(Code::invalid_argument,
                 cat("a tensor of ", elements, " elements for an image of ", image.width, " x ",
                     image.height, " x ", channels(image.format)));
  return ok();
}

Status usable(const Normalization& how) {
  for (int c = 0; c < 3; ++c) {
    if (!std::isfinite(how.mean[c]) || !std::isfinite(how.std[c]) ||
        !std::isfinite(1.0f / how.std[c]))
      return Error(Code::invalid_argument,
                   cat("mean ", how.mean[c], " and std ", how.std[c], " cannot normalise pixels"));
  }
  return ok();
}

float normalised(const Normalization& how, int channel, int pixel) {
  return (1.0f / how.std[channel]) * (static_cast<float>(pixel) - how.mean[channel]);
}

template <class T>
void look_up(const ImageView& image, const Table<T>& table, std::span<T> out) {
  T* to = out.data();
  for (int y = 0; y < image.height; ++y) {
    const uint8_t* from = image.row(y);
    if (image.format == Format::gray) {
      for (int x = 0; x < image.width; ++x) *to++ = table[0][*from++];
    } else {
      for (int x = 0; x < image.width; ++x)
        for (int c = 0; c < 3; ++c) *to++ = table[c][*from++];
    }
  }
}

template <class T>
Status quantized(const ImageView& image, const Normalization& how, const Quantization& to,
                 std::span<T> out) {
  TRY(fits(image, out.size()));
  TRY(usable(how));
  if (!std::isfinite(to.scale) || to.scale <= 0)
    return Error(Code::invalid_argument, cat("a quantization scale of ", to.scale));
  constexpr double kLow = std::numeric_limits<T>::min(), kHigh = std::numeric_limits<T>::max();
  Table<T> table;
  for (int c = 0; c < 3; ++c) {
    for (int pixel = 0; pixel < 256; ++pixel) {
      const float steps = std::round(normalised(how, c, pixel) / to.scale);
      const double q = static_cast<double>(steps) + to.zero_point;
      table[c][pixel] = static_cast<T>(q < kLow ? kLow : q > kHigh ? kHigh : q);
    }
  }
  look_up(image, table, out);
  return ok();
}

template <class T>
Status raw(const ImageView& image, int offset, std::span<T> out) {
  TRY(fits(image, out.size()));
  Table<T> table;
  for (auto& channel : table)
    for (int pixel = 0; pixel < 256; ++pixel) channel[pixel] = static_cast<T>(pixel - offset);
  look_up(image, table, out);
  return ok();
}

}  // namespace

Status to_float(const ImageView& image, const Normalization& how, std::span<float> out) {
  TRY(fits(image, out.size()));
  TRY(usable(how));
  Table<float> table;
  for (int c = 0; c < 3; ++c)
    for (int pixel = 0; pixel < 256; ++pixel) table[c][pixel] = normalised(how, c, pixel);
  look_up(image, table, out);
  return ok();
}

Status to_quantized(const ImageView& image, const Normalization& how, const Quantization& to,
                    std::span<uint8_t> out) {
  return quantized(image, how, to, out);
}
Status to_quantized(const ImageView& image, const Normalization& how, const Quantization& to,
                    std::span<int8_t> out) {
  return quantized(image, how, to, out);
}
Status to_quantized(const ImageView& image, const Normalization& how, const Quantization& to,
                    std::span<int16_t> out) {
  return quantized(image, how, to, out);
}
Status to_raw(const ImageView& image, std::span<uint8_t> out) { return raw(image, 0, out); }
Status to_raw(const ImageView& image, std::span<int8_t> out) { return raw(image, 128, out); }

}  // namespace samara::imaging

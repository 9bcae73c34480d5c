// Image: pixels of one byte a channel, and what is done to them on their way into a tensor.
//
// All arithmetic on pixels is in integers, so that the same picture gives the same tensor on every
// machine. Operations read an ImageView, which borrows pixels from anywhere (an Image, a camera's
// frame), and give an Image, which owns them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "samara/base/export.h"
#include "samara/base/result.h"

namespace samara::imaging {

/// Numbered by channels: luma; red, green, blue; the same and alpha (not premultiplied).
enum class Format : uint8_t { gray = 1, rgb = 3, rgba = 4 };
constexpr int channels(Format format) { return static_cast<int>(format); }

/// No image is larger; sizes come from files, and must not fill the memory.
constexpr uint64_t kMostPixels = uint64_t{256} << 20;
constexpr int kMostSide = 1 << 20;  // of what resize() makes

/// Borrowed pixels: rows of `width * channels` bytes, `stride` bytes apart.
struct ImageView {
  const uint8_t* pixels = nullptr;
  int width = 0;
  int height = 0;
  size_t stride = 0;
  Format format = Format::rgb;

  const uint8_t* row(int y) const { return pixels + static_cast<size_t>(y) * stride; }
  size_t row_bytes() const { return static_cast<size_t>(width) * channels(format); }
};

/// Owned pixels, rows without gaps. Width and height are at least 1.
class SAMARA_API Image {
 public:
  /// Pixels are not initialised.
  ///
  /// Errors   invalid_argument    a side below 1
  ///          resource_exhausted  more than kMostPixels, or more bytes than can be had
  static Result<Image> create(int width, int height, Format format);

  int width() const { return width_; }
  int height() const { return height_; }
  Format format() const { return format_; }
  size_t stride() const { return static_cast<size_t>(width_) * channels(format_); }
  size_t bytes() const { return stride() * static_cast<size_t>(height_); }
  uint8_t* row(int y) { return pixels_.get() + static_cast<size_t>(y) * stride(); }
  const uint8_t* row(int y) const { return pixels_.get() + static_cast<size_t>(y) * stride(); }
  std::span<const uint8_t> pixels() const { return {pixels_.get(), bytes()}; }
  ImageView view() const { return {pixels_.get(), width_, height_, stride(), format_}; }
  operator ImageView() const { return view(); }  // NOLINT: implicit by design

 private:
  Image(std::unique_ptr<uint8_t[]> pixels, int width, int height, Format format);
  std::unique_ptr<uint8_t[]> pixels_;
  int width_ = 0;
  int height_ = 0;
  Format format_ = Format::rgb;
};

struct Rect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

/// A part of the image, without copying.
///
/// Errors   invalid_argument  the rectangle is empty or reaches outside
SAMARA_API Result<ImageView> crop(const ImageView& image, const Rect& part);

/// How stored pixels must be turned to stand upright; numbered as EXIF's tag 0x0112 (Exif 2.3,
/// 4.6.4 A: which corner of the scene the first row and column show).
enum class Orientation : uint8_t {
  upright = 1,
  mirrored = 2,  // left and right exchanged
  turned_180 = 3,
  mirrored_180 = 4,    // top and bottom exchanged
  mirrored_left = 5,   // mirrored, then to be turned 90 degrees anticlockwise
  turned_left = 6,     // to be turned 90 degrees clockwise
  mirrored_right = 7,  // mirrored, then to be turned 90 degrees clockwise
  turned_right = 8,    // to be turned 90 degrees anticlockwise
};

/// The image upright.
SAMARA_API Result<Image> upright(const ImageView& image, Orientation stored);

/// The image at another size, stretched to fit: bilinear between the four nearest pixels,
/// half-pixel centres, edges repeated, no smoothing over more pixels when it shrinks. These are the
/// positions of tf.image.resize(method="bilinear", antialias=False) of TensorFlow 2 and, where the
/// image shrinks, of the TensorFlow Lite Task Library; each channel is within 1 of theirs.
///
/// Errors   invalid_argument    a side below 1
///          resource_exhausted  a side beyond kMostSide, or as Image::create
SAMARA_API Result<Image> resize(const ImageView& image, int width, int height);

/// The image in another format. To gray: luma of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B,
/// rounded. Alpha is dropped, as image decoders of TensorFlow do, or added as opaque.
SAMARA_API Result<Image> convert(const ImageView& image, Format format);

/// (pixel - mean) / std for each channel, as in a model's metadata. All alike where one is given
/// alone; see uniform().
struct Normalization {
  float mean[3] = {127.5f, 127.5f, 127.5f};
  float std[3] = {127.5f, 127.5f, 127.5f};

  static Normalization uniform(float mean, float std) {
    return {{mean, mean, mean}, {std, std, std}};
  }
  bool operator==(const Normalization&) const = default;
};

/// real = scale * (q - zero_point)
struct Quantization {
  float scale = 1;
  int32_t zero_point = 0;
};

/// Pixels to a dense tensor [height, width, channels]. Gray or RGB images only.
///
/// Errors   invalid_argument  RGBA, `out` has another size than the image, a std or scale that is
///                            not finite or 0
/// Source   float: (1 / std) * (pixel - mean) in float arithmetic, as the TensorFlow Lite Task
///          Library (cc/task/processor/image_preprocessor.cc); quantized: that value to the nearest
///          step, halves away from zero, clamped to the type
SAMARA_API Status to_float(const ImageView& image, const Normalization& how, std::span<float> out);
SAMARA_API Status to_quantized(const ImageView& image, const Normalization& how,
                               const Quantization& to, std::span<uint8_t> out);
SAMARA_API Status to_quantized(const ImageView& image, const Normalization& how,
                               const Quantization& to, std::span<int8_t> out);
SAMARA_API Status to_quantized(const ImageView& image, const Normalization& how,
                               const Quantization& to, std::span<int16_t> out);
/// The bytes as they are; to int8 with 128 taken off, so that black is the least value and white
/// the greatest.
SAMARA_API Status to_raw(const ImageView& image, std::span<uint8_t> out);
SAMARA_API Status to_raw(const ImageView& image, std::span<int8_t> out);

}  // namespace samara::imaging

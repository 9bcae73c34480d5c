// Which decoder a file goes to, and what is said of files that go to none.
#include "samara/files/image_file.h"

#include <array>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "tasks/files/decoder.h"

namespace samara::files {
namespace {

constexpr std::array kDecoders = {&jpeg, &png, &webp, &bmp};

/// Formats that people may well try, so that the error can name them.
struct Unread {
  std::string_view name, magic;
  size_t at;
};
constexpr Unread kUnread[] = {
    {"GIF", "GIF8", 0},         {"TIFF", "II*", 0},         {"TIFF", "MM", 0},
    {"HEIC", "ftypheic", 4},    {"HEIC", "ftypmif1", 4},    {"AVIF", "ftypavif", 4},
    {"JPEG XL", "\xff\x0a", 0}, {"JPEG 2000", "jP  ", 4},   {"PDF", "%PDF", 0},
    {"SVG", "<svg", 0},         {"XML or SVG", "<?xml", 0},
};

}  // namespace

Status check_size(uint64_t width, uint64_t height, const ImageLimits& limits) {
  if (width == 0 || height == 0)
    return Error(Code::data_loss, cat("the header says ", width, " x ", height, " pixels"));
  if (height > limits.pixels / width || width > INT32_MAX || height > INT32_MAX)
    return Error(Code::resource_exhausted, cat("the header says ", width, " x ", height,
                                               " pixels, more than the limit of ", limits.pixels));
  return ok();
}

Result<imaging::Image> decode_image(std::span<const std::byte> bytes, const ImageLimits& limits) {
  if (bytes.empty()) return Error(Code::invalid_argument, "the image is empty: 0 bytes");
  if (bytes.size() > limits.file_bytes)
    return Error(
        Code::resource_exhausted,
        cat("the image has ", bytes.size(), " bytes, more than the limit of ", limits.file_bytes));
  for (const Decoder* decoder : kDecoders) {
    if (!decoder->knows(bytes)) continue;
    TRY_SET(Decoded decoded, decoder->decode(bytes, limits).in([&] {
      return cat(decoder->name, " of ", bytes.size(), " bytes");
    }));
    if (decoded.stored == imaging::Orientation::upright) return std::move(decoded.image);
    return imaging::upright(decoded.image, decoded.stored);
  }
  constexpr std::string_view kRead = "JPEG, PNG, WebP and BMP are read";
  for (const Unread& format : kUnread)
    if (starts_with(bytes, format.magic, format.at))
      return Error(Code::unsupported, cat("the image is a ", format.name, "; ", kRead));
  return Error(Code::invalid_argument, cat("not an image by its first bytes; ", kRead));
}

Result<imaging::Image> load_image(const std::string& path, const ImageLimits& limits) {
  TRY_SET(const std::string content, read_file(path, limits.file_bytes));
  return decode_image(std::as_bytes(std::span(content)), limits).in([&] {
    return cat("image ", path);
  });
}

}  // namespace samara::files

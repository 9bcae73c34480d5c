// WebP by libwebp: still pictures, lossy and lossless. EXIF is found by walking the RIFF chunks,
// which is all that libwebpdemux would be needed for.
#include <webp/decode.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/try.h"
#include "tasks/files/decoder.h"
#include "tasks/files/exif.h"

namespace samara::files {
namespace {

std::string_view reason(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_NOT_ENOUGH_DATA:
      return "the file ends too early";
    case VP8_STATUS_OUT_OF_MEMORY:
      return "no memory";
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      return "a feature that libwebp does not know";
    case VP8_STATUS_BITSTREAM_ERROR:
      return "the bit stream is wrong";
    default:
      return "libwebp refuses it";
  }
}

Error error(VP8StatusCode status) {
  const Code code = status == VP8_STATUS_OUT_OF_MEMORY         ? Code::resource_exhausted
                    : status == VP8_STATUS_UNSUPPORTED_FEATURE ? Code::unsupported
                                                               : Code::data_loss;
  return Error(code, cat("damaged: ", reason(status)));
}

/// Chunks are four letters, a size and that many bytes, padded to an even place (RFC 9649).
imaging::Orientation orientation(std::span<const std::byte> bytes) {
  for (size_t at = 12; in_range(at, 8, bytes.size());) {
    const uint64_t size = little32(bytes, at + 4);
    if (!in_range(at + 8, size, bytes.size())) break;
    const size_t length = static_cast<size_t>(size);
    if (starts_with(bytes, "EXIF", at)) return exif_orientation(bytes.subspan(at + 8, length));
    at += 8 + length + (length & 1);
  }
  return imaging::Orientation::upright;
}

Result<Decoded> decode(std::span<const std::byte> bytes, const ImageLimits& limits) {
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  WebPBitstreamFeatures features{};
  if (const auto status = WebPGetFeatures(data, bytes.size(), &features); status != VP8_STATUS_OK)
    return error(status);
  TRY(check_size(static_cast<uint32_t>(features.width), static_cast<uint32_t>(features.height),
                 limits));
  if (features.has_animation != 0)
    return Error(Code::unsupported, "it is animated; single pictures are read");

  const bool alpha = features.has_alpha != 0;
  TRY_SET(imaging::Image image,
          imaging::Image::create(features.width, features.height,
                                 alpha ? imaging::Format::rgba : imaging::Format::rgb));
  WebPDecoderConfig config{};
  if (WebPInitDecoderConfig(&config) == 0)
    return Error(Code::internal, "libwebp is another than the one compiled against");
  config.output.colorspace = alpha ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {image.row(0), static_cast<int>(image.stride()), image.bytes()};
  if (const auto status = WebPDecode(data, bytes.size(), &config); status != VP8_STATUS_OK)
    return error(status);
  return Decoded{std::move(image), orientation(bytes)};
}

bool knows(std::span<const std::byte> bytes) {
  return starts_with(bytes, "RIFF") && starts_with(bytes, "WEBP", 8);
}

}  // namespace

extern constinit const Decoder webp{"WebP", knows, decode};

}  // namespace samara::files

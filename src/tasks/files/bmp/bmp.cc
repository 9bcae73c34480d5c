// BMP, read by our own code: 1, 4 and 8 bits with a palette, 16, 24 and 32 bits, with or without
// masks, bottom-up or top-down; headers of OS/2 1.x and of Windows 3 to 5. Run-length coded files
// are refused by name. A palette of grays only gives a gray image. Alpha is not read: most writers
// leave that byte 0.
// Format: "Bitmap Storage", Windows GDI documentation.
#include <bit>

#include "base/checked.h"
#include "base/text.h"
#include "base/try.h"
#include "tasks/files/decoder.h"

namespace samara::files {
namespace {

constexpr size_t kFileHeader = 14;
constexpr uint32_t kCoreHeader = 12, kInfoHeader = 40;
constexpr uint32_t kRgb = 0, kRle8 = 1, kRle4 = 2, kBitFields = 3, kAlphaBitFields = 6;

/// The bits of one channel in a pixel.
struct Mask {
  uint32_t bits = 0;
  uint8_t value(uint32_t pixel) const {
    if (bits == 0) return 0;
    const int shift = std::countr_zero(bits);
    const uint64_t most = bits >> shift;
    return static_cast<uint8_t>((uint64_t{(pixel & bits) >> shift} * 255 + most / 2) / most);
  }
};

struct Header {
  uint32_t size = 0;       // of the header itself
  uint32_t pixels_at = 0;  // offset of the first row
  int64_t width = 0, height = 0;
  bool top_down = false;
  uint32_t depth = 0, compression = kRgb, colours = 0;
  Mask masks[3];
  uint64_t row_bytes = 0;  // rows are padded to four bytes
};

Result<Header> read_header(std::span<const std::byte> b) {
  constexpr std::string_view kShort = "the file ends within its header";
  if (b.size() < kFileHeader + kCoreHeader) return Error(Code::data_loss, std::string(kShort));
  Header h;
  h.pixels_at = little32(b, 10);
  h.size = little32(b, 14);
  if (h.size != kCoreHeader && h.size < kInfoHeader)
    return Error(Code::unsupported, cat("its header has ", h.size, " bytes"));
  if (!in_range(kFileHeader, h.size, b.size())) return Error(Code::data_loss, std::string(kShort));
  if (h.size == kCoreHeader) {
    h.width = little16(b, 18);
    h.height = little16(b, 20);
    h.depth = little16(b, 24);
  } else {
    h.width = static_cast<int32_t>(little32(b, 18));
    h.height = static_cast<int32_t>(little32(b, 22));
    h.depth = little16(b, 28);
    h.compression = little32(b, 30);
    h.colours = little32(b, 46);
  }
  h.top_down = h.height < 0;
  if (h.top_down) h.height = -h.height;
  if (h.width < 0) return Error(Code::data_loss, cat("the header says a width of ", h.width));
  h.row_bytes = (static_cast<uint64_t>(h.width) * h.depth + 31) / 32 * 4;
  return h;
}

Status check_form(const Header& h) {
  if (h.compression == kRle8 || h.compression == kRle4)
    return Error(Code::unsupported, "it is run-length coded (RLE); save it uncompressed");
  const bool masked = h.compression == kBitFields || h.compression == kAlphaBitFields;
  if (h.compression != kRgb && !(masked && (h.depth == 16 || h.depth == 32)))
    return Error(Code::unsupported, cat("compression ", h.compression, " at ", h.depth, " bits"));
  for (const uint32_t depth : {1, 4, 8, 16, 24, 32})
    if (h.depth == depth) return ok();
  return Error(Code::unsupported, cat("it has ", h.depth, " bits a pixel"));
}

/// Masks of 16 and 32 bits: the file's, which follow the header of 40 bytes (or are the last part
/// of longer ones), else the usual.
Status read_masks(std::span<const std::byte> b, Header& h) {
  const uint32_t usual[2][3] = {{0x7c00, 0x03e0, 0x001f}, {0xff0000, 0x00ff00, 0x0000ff}};
  constexpr size_t kAt = kFileHeader + kInfoHeader;
  if (h.compression != kRgb && !in_range(kAt, 12, b.size()))
    return Error(Code::data_loss, "the file ends within its masks");
  for (size_t c = 0; c < 3; ++c) {
    h.masks[c].bits = h.compression == kRgb ? usual[h.depth == 32][c] : little32(b, kAt + 4 * c);
    const uint32_t bits = h.masks[c].bits;
    const uint32_t low = bits == 0 ? 0 : bits >> std::countr_zero(bits);
    if ((low & (low + 1)) != 0) return Error(Code::data_loss, cat("mask ", bits, " has gaps"));
  }
  return ok();
}

struct Palette {
  uint8_t rgb[256][3] = {};
  uint32_t colours = 0;
  bool gray = true;
};

Result<Palette> read_palette(std::span<const std::byte> b, const Header& h) {
  Palette p;
  const uint32_t most = 1u << h.depth;
  p.colours = h.colours == 0 ? most : h.colours;
  const size_t entry = h.size == kCoreHeader ? 3 : 4;
  const size_t at = kFileHeader + h.size;
  if (p.colours > most || !in_range(at, p.colours * entry, b.size()))
    return Error(Code::data_loss, cat("a palette of ", p.colours, " colours at ", h.depth,
                                      " bits in a file of ", b.size(), " bytes"));
  for (uint32_t i = 0; i < p.colours; ++i) {
    for (size_t c = 0; c < 3; ++c)
      p.rgb[i][c] = static_cast<uint8_t>(byte_at(b, at + i * entry + 2 - c));
    p.gray = p.gray && p.rgb[i][0] == p.rgb[i][1] && p.rgb[i][1] == p.rgb[i][2];
  }
  return p;
}

Status palette_row(std::span<const std::byte> row, const Header& h, const Palette& palette,
                   imaging::Image& image, int y) {
  const int channels = imaging::channels(image.format());
  const uint32_t per_byte = 8 / h.depth, mask = (1u << h.depth) - 1;
  uint8_t* to = image.row(y);
  for (uint32_t x = 0; x < static_cast<uint32_t>(image.width()); ++x, to += channels) {
    // The leftmost pixel is in the highest bits.
    const uint32_t shift = (per_byte - 1 - x % per_byte) * h.depth;
    const uint32_t index = byte_at(row, x / per_byte) >> shift & mask;
    if (index >= palette.colours)
      return Error(Code::data_loss,
                   cat("pixel ", x, ", ", y, " has colour ", index, " of ", palette.colours));
    for (int c = 0; c < channels; ++c) to[c] = palette.rgb[index][c];
  }
  return ok();
}

void colour_row(std::span<const std::byte> row, const Header& h, imaging::Image& image, int y) {
  uint8_t* to = image.row(y);
  for (size_t x = 0; x < static_cast<size_t>(image.width()); ++x, to += 3) {
    for (size_t c = 0; c < 3; ++c) {
      to[c] = h.depth == 24   ? static_cast<uint8_t>(byte_at(row, 3 * x + 2 - c))
              : h.depth == 16 ? h.masks[c].value(little16(row, 2 * x))
                              : h.masks[c].value(little32(row, 4 * x));
    }
  }
}

Result<Decoded> decode(std::span<const std::byte> b, const ImageLimits& limits) {
  TRY_SET(Header h, read_header(b));
  TRY(check_form(h));
  TRY(check_size(static_cast<uint64_t>(h.width), static_cast<uint64_t>(h.height), limits));
  const auto bytes = checked_mul<uint64_t>(h.row_bytes, static_cast<uint64_t>(h.height));
  if (!bytes || !in_range(h.pixels_at, *bytes, b.size()))
    return Error(Code::data_loss,
                 cat("the header says ", h.width, " x ", h.height, " pixels from byte ",
                     h.pixels_at, " on, the file has ", b.size(), " bytes"));
  const bool indexed = h.depth <= 8;
  Palette palette;
  if (indexed) {
    TRY_SET(palette, read_palette(b, h));
  } else if (h.depth != 24) {
    TRY(read_masks(b, h));
  }
  TRY_SET(imaging::Image image,
          imaging::Image::create(
              static_cast<int>(h.width), static_cast<int>(h.height),
              indexed && palette.gray ? imaging::Format::gray : imaging::Format::rgb));
  for (int y = 0; y < image.height(); ++y) {
    const auto stored = static_cast<uint64_t>(h.top_down ? y : image.height() - 1 - y);
    const auto row = b.subspan(static_cast<size_t>(h.pixels_at + stored * h.row_bytes),
                               static_cast<size_t>(h.row_bytes));
    if (indexed) {
      TRY(palette_row(row, h, palette, image, y));
    } else {
      colour_row(row, h, image, y);
    }
  }
  return Decoded{std::move(image), imaging::Orientation::upright};
}

bool knows(std::span<const std::byte> bytes) { return starts_with(bytes, "BM"); }

}  // namespace

extern constinit const Decoder bmp{"BMP", knows, decode};

}  // namespace samara::files

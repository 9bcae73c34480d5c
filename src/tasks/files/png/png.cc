// PNG by libpng: every colour type and depth, interlaced or not. Palettes become colours, 1 to 4
// bits and 16 bits become 8, transparent colours become alpha; gray with alpha becomes RGBA.
//
// As in jpeg.cc, the library's longjmp never crosses an object with a destructor.
#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>

#include "base/text.h"
#include "base/try.h"
#include "tasks/files/decoder.h"
#include "tasks/files/exif.h"

namespace samara::files {
namespace {

class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : rest_(bytes) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    if (png_) info_ = png_create_info_struct(png_);
  }
  ~Reader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  bool made() const { return info_ != nullptr; }

  bool header() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_set_read_fn(png_, this, on_read);
    png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // check_size() judges them
    png_read_info(png_, info_);
    return true;
  }
  bool start() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_set_expand(png_);    // palette, 1 to 4 bits, transparent colours
    png_set_scale_16(png_);  // rounded, not cut
    if (png_get_color_type(png_, info_) == PNG_COLOR_TYPE_GRAY_ALPHA ||
        (png_get_color_type(png_, info_) == PNG_COLOR_TYPE_GRAY &&
         png_get_valid(png_, info_, PNG_INFO_tRNS) != 0)) {
      png_set_gray_to_rgb(png_);
    }
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    return true;
  }
  bool rows(png_bytep* rows) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_read_image(png_, rows);
    png_read_end(png_, info_);
    return true;
  }
  imaging::Orientation orientation() {
    png_uint_32 size = 0;
    png_bytep block = nullptr;
    if (setjmp(png_jmpbuf(png_)) != 0) return imaging::Orientation::upright;
    if (png_get_eXIf_1(png_, info_, &size, &block) == 0) return imaging::Orientation::upright;
    return exif_orientation(std::as_bytes(std::span(block, size)));
  }

  uint32_t width() const { return png_get_image_width(png_, info_); }
  uint32_t height() const { return png_get_image_height(png_, info_); }
  int channels() const { return png_get_channels(png_, info_); }
  size_t row_bytes() const { return png_get_rowbytes(png_, info_); }
  Error error() const { return Error(Code::data_loss, cat("damaged: ", text_)); }

 private:
  [[noreturn]] static void on_error(png_structp png, png_const_charp text) {
    auto* self = static_cast<Reader*>(png_get_error_ptr(png));
    std::snprintf(self->text_, sizeof self->text_, "%s", text);
    png_longjmp(png, 1);
  }
  static void on_warning(png_structp, png_const_charp) {}
  static void on_read(png_structp png, png_bytep out, size_t size) {
    auto* self = static_cast<Reader*>(png_get_io_ptr(png));
    if (size > self->rest_.size()) png_error(png, "the file ends too early");
    std::memcpy(out, self->rest_.data(), size);
    self->rest_ = self->rest_.subspan(size);
  }

  std::span<const std::byte> rest_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  char text_[128] = "";
};

Result<Decoded> decode(std::span<const std::byte> bytes, const ImageLimits& limits) {
  Reader reader(bytes);
  if (!reader.made()) return Error(Code::resource_exhausted, "no memory for the decoder");
  if (!reader.header()) return reader.error();
  TRY(check_size(reader.width(), reader.height(), limits));
  if (!reader.start()) return reader.error();
  const int channels = reader.channels();
  if (channels != 1 && channels != 3 && channels != 4)
    return Error(Code::internal, cat("libpng gives ", channels, " channels"));

  const int height = static_cast<int>(reader.height());
  TRY_SET(imaging::Image image, imaging::Image::create(static_cast<int>(reader.width()), height,
                                                       static_cast<imaging::Format>(channels)));
  if (reader.row_bytes() != image.stride())
    return Error(Code::internal, cat("libpng gives rows of ", reader.row_bytes(), " bytes"));
  const std::unique_ptr<png_bytep[]> rows(new (std::nothrow)
                                              png_bytep[static_cast<size_t>(height)]);
  if (!rows) return Error(Code::resource_exhausted, "no memory for the rows");
  for (int y = 0; y < height; ++y) rows[y] = image.row(y);
  if (!reader.rows(rows.get())) return reader.error();
  return Decoded{std::move(image), reader.orientation()};
}

bool knows(std::span<const std::byte> bytes) { return starts_with(bytes, "\x89PNG\r\n\x1a\n"); }

}  // namespace

extern constinit const Decoder png{"PNG", knows, decode};

}  // namespace samara::files

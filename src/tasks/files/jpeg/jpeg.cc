// JPEG by libjpeg-turbo: baseline and progressive; gray, YCbCr, RGB, CMYK, YCCK.
//
// The library reports errors by longjmp. Every call of it stands in a member function of Reader
// that calls setjmp first and has no object with a destructor, so that nothing is skipped.
#include <csetjmp>
#include <cstdio>
#include <memory>
#include <new>
#include <string_view>
// clang-format off: jpeglib.h needs size_t and FILE from above, jerror.h needs jpeglib.h
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include "base/text.h"
#include "base/try.h"
#include "tasks/files/decoder.h"
#include "tasks/files/exif.h"

namespace samara::files {
namespace {

/// Scans a progressive file may have. Encoders write about 10; a small file can claim thousands and
/// keep the decoder busy for minutes (libjpeg-turbo's advice on progressive images).
constexpr int kMostScans = 200;

struct Failure {
  jpeg_error_mgr base{};  // first: the library hands out a pointer to it
  std::jmp_buf back{};
  int code = 0;
  char text[JMSG_LENGTH_MAX] = "";
};

[[noreturn]] void fail(j_common_ptr info) {
  auto* failure = reinterpret_cast<Failure*>(info->err);
  failure->code = info->err->msg_code;
  info->err->format_message(info, failure->text);
  std::longjmp(failure->back, 1);
}

/// Warnings that mean lost pixels are errors here; those about odd but whole files are not.
void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;
  switch (info->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC:
      fail(info);
    default:
      break;
  }
}

void on_progress(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= kMostScans) return;
  auto* failure = reinterpret_cast<Failure*>(info->err);
  failure->code = JERR_OUT_OF_MEMORY;  // told as resource_exhausted
  std::snprintf(failure->text, sizeof failure->text, "more than %d scans", kMostScans);
  std::longjmp(failure->back, 1);
}

class Reader {
 public:
  Reader() {
    info_.err = jpeg_std_error(&failure_.base);
    failure_.base.error_exit = fail;
    failure_.base.emit_message = on_message;
    progress_.progress_monitor = on_progress;
  }
  ~Reader() { jpeg_destroy_decompress(&info_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  bool header(const unsigned char* bytes, size_t size) {
    if (setjmp(failure_.back) != 0) return false;
    jpeg_create_decompress(&info_);
    info_.progress = &progress_;
    jpeg_mem_src(&info_, bytes, static_cast<unsigned long>(size));
    jpeg_save_markers(&info_, JPEG_APP0 + 1, 0xffff);
    jpeg_read_header(&info_, TRUE);
    switch (info_.num_components) {
      case 1:
        info_.out_color_space = JCS_GRAYSCALE;
        break;
      case 3:
        info_.out_color_space = JCS_RGB;
        break;
      case 4:
        info_.out_color_space = JCS_CMYK;
        break;
      default:
        break;  // refused by the caller
    }
    return true;
  }
  bool start() {
    if (setjmp(failure_.back) != 0) return false;
    jpeg_start_decompress(&info_);
    return true;
  }
  bool row(unsigned char* out) {
    if (setjmp(failure_.back) != 0) return false;
    jpeg_read_scanlines(&info_, &out, 1);
    return true;
  }
  bool finish() {
    if (setjmp(failure_.back) != 0) return false;
    jpeg_finish_decompress(&info_);
    return true;
  }

  const jpeg_decompress_struct& info() const { return info_; }
  Error error() const {
    switch (failure_.code) {
      case JERR_OUT_OF_MEMORY:
        return Error(Code::resource_exhausted, failure_.text);
      case JERR_BAD_PRECISION:
      case JERR_SOF_UNSUPPORTED:
      case JERR_CONVERSION_NOTIMPL:
      case JERR_ARITH_NOTIMPL:
        return Error(Code::unsupported, failure_.text);
      default:
        return Error(Code::data_loss, cat("damaged: ", failure_.text));
    }
  }

 private:
  jpeg_decompress_struct info_{};
  Failure failure_;
  jpeg_progress_mgr progress_{};
};

imaging::Orientation orientation(const jpeg_decompress_struct& info) {
  using namespace std::string_view_literals;
  for (const jpeg_marker_struct* m = info.marker_list; m != nullptr; m = m->next) {
    const auto block = std::as_bytes(std::span(m->data, m->data_length));
    if (m->marker == JPEG_APP0 + 1 && starts_with(block, "Exif\0\0"sv))
      return exif_orientation(block);
  }
  return imaging::Orientation::upright;
}

/// One row of CMYK to RGB. Adobe stores the inks inverted: 255 is no ink.
void without_ink(const uint8_t* from, int width, bool inverted, uint8_t* to) {
  const uint8_t flip = inverted ? 0 : 255;
  for (int x = 0; x < width; ++x, from += 4, to += 3) {
    const uint32_t light = from[3] ^ flip;
    for (int c = 0; c < 3; ++c)
      to[c] = static_cast<uint8_t>(((from[c] ^ flip) * light + 127) / 255);
  }
}

Result<Decoded> decode(std::span<const std::byte> bytes, const ImageLimits& limits) {
  Reader reader;
  if (!reader.header(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()))
    return reader.error();
  const jpeg_decompress_struct& info = reader.info();
  TRY(check_size(info.image_width, info.image_height, limits));
  if (info.num_components != 1 && info.num_components != 3 && info.num_components != 4)
    return Error(Code::unsupported, cat("it has ", info.num_components, " channels"));

  const imaging::Orientation stored = orientation(info);  // finish() frees the markers
  const bool cmyk = info.num_components == 4;
  const auto format = info.num_components == 1 ? imaging::Format::gray : imaging::Format::rgb;
  const int width = static_cast<int>(info.image_width),
            height = static_cast<int>(info.image_height);
  TRY_SET(imaging::Image image, imaging::Image::create(width, height, format));
  std::unique_ptr<uint8_t[]> inks;
  if (cmyk) {
    inks.reset(new (std::nothrow) uint8_t[static_cast<size_t>(width) * 4]);
    if (!inks) return Error(Code::resource_exhausted, "no memory for a row");
  }
  if (!reader.start()) return reader.error();
  for (int y = 0; y < height; ++y) {
    if (!reader.row(cmyk ? inks.get() : image.row(y))) return reader.error();
    if (cmyk) without_ink(inks.get(), width, info.saw_Adobe_marker, image.row(y));
  }
  if (!reader.finish()) return reader.error();
  return Decoded{std::move(image), stored};
}

bool knows(std::span<const std::byte> bytes) { return starts_with(bytes, "\xff\xd8\xff"); }

}  // namespace

extern constinit const Decoder jpeg{"JPEG", knows, decode};

}  // namespace samara::files

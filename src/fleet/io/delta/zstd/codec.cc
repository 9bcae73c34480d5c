// Pieces by libzstd. A piece is decompressed in one call into memory of its own size, for which the
// library takes no window, whatever the frame's head asks for.
#include "fleet/io/delta/codec.h"

#include "base/text.h"
#include "base/try.h"
#include "fleet/io/delta/zstd/library.h"

namespace samara::delta {
namespace {

constexpr int kLevel = 3;
constexpr int kWindowLog = 25;  // the longest prefix with a piece behind it

class Zstd final : public Codec {
 public:
  explicit Zstd(const Library& library) : l_(library) {}
  ~Zstd() override {
    l_.free_compressor(compressor_);
    l_.free_decompressor(decompressor_);
  }
  Zstd(const Zstd&) = delete;
  Zstd& operator=(const Zstd&) = delete;

  Status compress(std::span<const std::byte> prefix, std::span<const std::byte> piece,
                  std::vector<std::byte>* out) override {
    if (!compressor_) {
      compressor_ = l_.create_compressor();
      if (!compressor_) return Error(Code::resource_exhausted, "no memory for libzstd");
      TRY(set(ZSTD_c_compressionLevel, kLevel));
      TRY(set(ZSTD_c_windowLog, kWindowLog));
      TRY(set(ZSTD_c_enableLongDistanceMatching, 1));
    }
    out->resize(l_.bound(piece.size()));
    // A prefix holds for one frame.
    size_t n = l_.compress_against(compressor_, prefix.data(), prefix.size());
    if (!l_.is_error(n))
      n = l_.compress(compressor_, out->data(), out->size(), piece.data(), piece.size());
    if (l_.is_error(n)) return Error(Code::internal, cat("libzstd: ", l_.error_name(n)));
    out->resize(n);
    return ok();
  }

  Status decompress(std::span<const std::byte> prefix, std::span<const std::byte> frame,
                    std::span<std::byte> piece) override {
    if (!decompressor_) decompressor_ = l_.create_decompressor();
    if (!decompressor_) return Error(Code::resource_exhausted, "no memory for libzstd");
    size_t n = l_.decompress_against(decompressor_, prefix.data(), prefix.size());
    if (!l_.is_error(n))
      n = l_.decompress(decompressor_, piece.data(), piece.size(), frame.data(), frame.size());
    if (l_.is_error(n)) return Error(Code::data_loss, cat("the delta: ", l_.error_name(n)));
    if (n != piece.size())
      return Error(Code::data_loss, cat("the delta makes ", n, " bytes, not ", piece.size()));
    return ok();
  }

  size_t most_frame(size_t piece) const override { return l_.bound(piece); }

 private:
  Status set(ZSTD_cParameter parameter, int value) {
    const size_t n = l_.set_parameter(compressor_, parameter, value);
    if (!l_.is_error(n)) return ok();
    return Error(Code::unsupported, cat("libzstd: ", l_.error_name(n)));
  }

  const Library& l_;
  ZSTD_CCtx* compressor_ = nullptr;
  ZSTD_DCtx* decompressor_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<Codec>> Codec::create() {
  TRY_SET(const Library* library, delta::library());
  return std::unique_ptr<Codec>(std::make_unique<Zstd>(*library));
}

}  // namespace samara::delta

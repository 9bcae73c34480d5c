// inflate() by zlib, in steps, since zlib counts in unsigned int.
#include "samara/files/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace samara::files {
namespace {

struct Stream {
  z_stream z{};
  ~Stream() { inflateEnd(&z); }
};

uInt step(size_t left) {
  return static_cast<uInt>(std::min<size_t>(left, std::numeric_limits<uInt>::max()));
}

struct Hook {
  Status operator()(std::span<const std::byte> deflated, std::span<std::byte> out) const {
    return inflate(deflated, out);
  }
};

}  // namespace

Status inflate(std::span<const std::byte> deflated, std::span<std::byte> out) {
  Stream stream;
  z_stream& z = stream.z;
  if (inflateInit2(&z, -MAX_WBITS) != Z_OK)  // negative: no zlib header, as in zip
    return Error(Code::resource_exhausted, "no memory to inflate");
  size_t read = 0, written = 0;
  // zlib refuses a null output even where nothing is to be written.
  Bytef nothing = 0;
  int state = Z_OK;
  while (state == Z_OK) {
    z.next_in = reinterpret_cast<z_const Bytef*>(const_cast<std::byte*>(deflated.data() + read));
    z.avail_in = step(deflated.size() - read);
    z.next_out = out.empty() ? &nothing : reinterpret_cast<Bytef*>(out.data() + written);
    z.avail_out = step(out.size() - written);
    const uInt in = z.avail_in, room = z.avail_out;
    state = ::inflate(&z, Z_NO_FLUSH);
    read += in - z.avail_in;
    written += room - z.avail_out;
  }
  if (state == Z_MEM_ERROR) return Error(Code::resource_exhausted, "no memory to inflate");
  if (state == Z_BUF_ERROR) {
    return Error(Code::data_loss,
                 written == out.size()
                     ? cat("inflates to more than the ", out.size(), " bytes stated")
                     : cat("the deflated data ends after ", written, " of ", out.size(), " bytes"));
  }
  if (state != Z_STREAM_END)
    return Error(Code::data_loss, cat("the deflated data is damaged: ", z.msg ? z.msg : "?"));
  if (written != out.size())
    return Error(Code::data_loss, cat("inflates to ", written, " bytes, not ", out.size()));
  if (read != deflated.size())
    return Error(Code::data_loss, cat(deflated.size() - read, " bytes follow the deflated data"));
  return ok();
}

InflateHook& inflate_hook() {
  static constexpr Hook kHook;
  static InflateHook hook(kHook);
  return hook;
}

}  // namespace samara::files

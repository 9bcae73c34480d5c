// gzip() by zlib, at once: what is compressed lies in memory and is no blob.
#include "fleet/io/server/gzip.h"

#include <zlib.h>

#include <limits>

namespace samara::server {
namespace {

constexpr int kGzip = 16;  // added to the window's bits: a header of gzip, not of zlib
constexpr int kMemory = 8;

}  // namespace

std::string gzip(std::string_view text) {
  if (text.size() > std::numeric_limits<uInt>::max() / 2) return {};
  z_stream z{};
  if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + kGzip, kMemory, Z_DEFAULT_STRATEGY) !=
      Z_OK)
    return {};
  std::string out(deflateBound(&z, static_cast<uLong>(text.size())), '\0');
  z.next_in = reinterpret_cast<z_const Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  const bool whole = deflate(&z, Z_FINISH) == Z_STREAM_END;
  out.resize(whole ? out.size() - z.avail_out : 0);
  deflateEnd(&z);
  return out;
}

}  // namespace samara::server

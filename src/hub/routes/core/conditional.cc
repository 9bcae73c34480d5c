#include "hub/routes/core/conditional.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace samara::hub {
namespace {

using server::Response;

/// What a Range header asks for of `size` bytes.
struct ByteRange {
  bool given = false;  // one range in a form that we serve; of others HTTP lets us send all
  bool satisfiable = true;
  uint64_t first = 0, last = 0;
};

bool read_count(std::string_view text, uint64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

ByteRange range_of(std::string_view header, uint64_t size) {
  ByteRange out;
  if (!header.starts_with("bytes=") || header.find(',') != header.npos) return out;
  header.remove_prefix(6);
  const size_t dash = header.find('-');
  if (dash == header.npos) return out;
  const std::string_view from = header.substr(0, dash), to = header.substr(dash + 1);
  uint64_t first = 0, last = 0;
  if (from.empty()) {
    if (!read_count(to, last)) return out;
    out.satisfiable = last > 0 && size > 0;
    first = last >= size ? 0 : size - last;
    last = size - 1;
  } else {
    if (!read_count(from, first)) return out;
    if (to.empty()) {
      last = UINT64_MAX;
    } else if (!read_count(to, last) || last < first) {
      return out;
    }
    out.satisfiable = first < size;
    last = std::min(last, size - 1);
  }
  out.given = true;
  out.first = first;
  out.last = last;
  return out;
}

/// The headers but those that tell of the content.
server::Headers without_type(const Response& response) {
  server::Headers out;
  for (const auto& header : response.headers) {
    if (header.first != "Content-Type") out.push_back(header);
  }
  return out;
}

Response part_of(const Response& response, const ByteRange& range) {
  const uint64_t size = response.file->size;
  if (!range.satisfiable) {
    Response out = server::error_response(416, "there are fewer bytes");
    out.headers.emplace_back("Content-Range", cat("bytes */", size));
    return out;
  }
  Response out = response;
  out.status = 206;
  out.headers.emplace_back("Content-Range", cat("bytes ", range.first, "-", range.last, "/", size));
  out.file->offset = range.first;
  out.file->size = range.last - range.first + 1;
  return out;
}

}  // namespace

std::string_view etag_of(const Response& response) {
  for (const auto& [name, value] : response.headers) {
    if (name == "ETag") return value;
  }
  return {};
}

bool etag_matches(std::string_view header, std::string_view etag) {
  if (header == "*") return true;
  for (size_t at = 0; (at = header.find(etag, at)) != header.npos; ++at) {
    const size_t end = at + etag.size();
    if (end == header.size() || header[end] == ',' || header[end] == ' ') return true;
  }
  return false;
}

Response conditional(const server::Request& request, const Response& response) {
  const std::string_view etag = etag_of(response);
  if (response.status != 200 || etag.empty()) return response;
  if (etag_matches(request.header("if-none-match"), etag)) {
    Response same;
    same.status = 304;
    same.headers = without_type(response);
    return same;
  }
  const std::string_view condition = request.header("if-range");
  if (!response.file || (!condition.empty() && condition != etag)) return response;
  const ByteRange range = range_of(request.header("range"), response.file->size);
  return range.given ? part_of(response, range) : response;
}

}  // namespace samara::hub

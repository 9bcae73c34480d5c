// GET and HEAD .../blobs/{sha256}: the bytes, whole or a range of them. Named by their hash, they never
// change, so that caches may keep them for ever.
#include <charconv>

#include "hub/routes/core/route.h"

namespace samara::hub::routes {
namespace {

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

Response part(File file, uint64_t size, const ByteRange& range, server::Headers headers) {
  Response out;
  out.headers = std::move(headers);
  server::FilePart content{std::make_shared<File>(std::move(file)), 0, size};
  if (range.given) {
    out.status = 206;
    out.headers.emplace_back("Content-Range",
                             cat("bytes ", range.first, "-", range.last, "/", size));
    content.offset = range.first;
    content.size = range.last - range.first + 1;
  }
  out.file = std::move(content);
  return out;
}

}  // namespace

extern const Route get_blob = {
    .method = "GET",
    .path = "/v1/projects/{project}/blobs/{sha256}",
    .rule = Rule::needs(Role::device),
    .summary = "the bytes of a version",
    .content = "application/octet-stream",
    .handle = [](Call& c) -> Result<Response> {
      const std::string& hash = c.at("sha256");
      // A device has published bytes only.
      TRY_SET(const bool there,
              c.hub.store.has_blob(c.project->id, hash, c.who.role == Role::device));
      if (!there) return Error(Code::not_found, "there is no such blob in this project");
      const std::string etag = cat("\"", hash, "\"");
      server::Headers headers = {{"ETag", etag},
                                 {"Cache-Control", "public, max-age=31536000, immutable"},
                                 {"Accept-Ranges", "bytes"}};
      if (etag_matches(c.request.header("if-none-match"), etag)) {
        Response same{.status = 304};
        same.headers = std::move(headers);
        return same;
      }
      TRY_SET(File file, c.hub.blobs.open(hash));
      TRY_SET(const FileIdentity id, file.identity());
      ByteRange range = range_of(c.request.header("range"), id.size);
      const std::string_view condition = c.request.header("if-range");
      if (!condition.empty() && condition != etag) range = {};
      headers.emplace_back("Content-Type", "application/octet-stream");
      if (range.given && !range.satisfiable) {
        Response out = server::error_response(416, "the blob has fewer bytes");
        out.headers.emplace_back("Content-Range", cat("bytes */", id.size));
        return out;
      }
      return part(std::move(file), id.size, range, std::move(headers));
    },
    .quick = true,
};

}  // namespace samara::hub::routes

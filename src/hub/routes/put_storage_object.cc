// PUT /upload/storage/v1/b/{bucket}/o: the next bytes of a resumable upload, or the question how many are
// there. 308 says that more are to come, and which were kept.
#include <charconv>

#include "hub/routes/core/google.h"

namespace samara::hub::routes {
namespace {

constexpr Field kSessionQuery[] = {
    {"upload_id", Format::upload, "of the upload that was begun", true},
};
constexpr Field kSessionHeaders[] = {
    {"Content-Range", Format::text, "bytes FIRST-LAST/SIZE; */SIZE asks; absent: all of it"},
};

/// What a Content-Range says; sizes that are not known yet stand as '*'.
struct Part {
  bool asks = false;  // sends nothing
  uint64_t first = 0;
  std::optional<uint64_t> last, size;
};

std::optional<uint64_t> number_of(std::string_view text) {
  uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), out);
  if (error != std::errc() || end != text.end()) return std::nullopt;
  return out;
}

Result<Part> part_of(std::string_view header) {
  const Error wrong(Code::invalid_argument, "Content-Range is not bytes FIRST-LAST/SIZE");
  Part out;
  if (header.empty()) return out;
  if (!header.starts_with("bytes ")) return wrong;
  header.remove_prefix(6);
  const size_t slash = header.find('/');
  if (slash == header.npos) return wrong;
  const std::string_view range = header.substr(0, slash), size = header.substr(slash + 1);
  if (size != "*" && !(out.size = number_of(size))) return wrong;
  out.asks = range == "*";
  if (out.asks) return out;
  const size_t dash = range.find('-');
  const auto first = number_of(range.substr(0, dash));
  if (dash == range.npos || !first) return wrong;
  out.first = *first;
  const std::string_view last = range.substr(dash + 1);
  if (last != "*" && !(out.last = number_of(last))) return wrong;
  return out;
}

class PartSink : public Sink {
 public:
  Status take(std::span<const std::byte> piece) override {
    if (!upload) return Error(Code::invalid_argument, "no bytes are expected here");
    if (part.size && upload->offset() + piece.size() > *part.size)
      return Error(Code::invalid_argument, cat("there are more than ", *part.size, " bytes"));
    return upload->append(piece);
  }
  Part part;
  std::string name;  // of the object
  std::unique_ptr<blobs::Upload> upload;
};

Result<std::unique_ptr<Sink>> open_part(Call& c) {
  TRY_SET(const Project project, storage_project(c));
  TRY_SET(const auto note, c.hub.store.upload(project.id, c.asked("upload_id")));
  const std::string bucket = c.at("bucket") + "/";
  if (!note.object.starts_with(bucket)) return Error(Code::not_found, "there is no such upload");
  auto sink = std::make_unique<PartSink>();
  TRY_SET(sink->part, part_of(c.request.header("content-range")));
  sink->name = note.object.substr(bucket.size());
  if (!sink->part.size) sink->part.size = note.size;
  if (!sink->part.asks) {
    TRY_SET(sink->upload, c.hub.blobs.resume(c.asked("upload_id")));
    if (sink->upload->offset() != sink->part.first)
      return Error(Code::failed_precondition,
                   cat("the upload has ", sink->upload->offset(), " bytes; go on from there"));
  }
  return std::unique_ptr<Sink>(std::move(sink));
}

Result<Response> go_on(Call& c) {
  auto& sink = static_cast<PartSink&>(*c.sink);
  const std::string& id = c.asked("upload_id");
  if (sink.upload) {
    TRY(sink.upload->sync());
    sink.upload.reset();
  }
  const auto offset = c.hub.blobs.offset(id);
  if (!offset.ok() && offset.error().code() == Code::not_found) {
    // Finished already: the answer was lost on its way.
    TRY_SET(const Project project, storage_project(c));
    TRY_SET(const Object object, c.hub.store.object(project.id, c.at("bucket"), sink.name));
    return json_response(to_json(object));
  }
  if (!offset.ok()) return offset.error();
  // Of an unknown size all has come that the body brought, unless it said that it is only a part.
  const bool open_end = !sink.part.size && !sink.part.last && !sink.part.asks;
  if (open_end || (sink.part.size && *offset == *sink.part.size)) {
    TRY_SET(const Object object, finish_object(c, id, sink.name, ""));
    return json_response(to_json(object));
  }
  Response more{.status = 308};
  if (*offset > 0) more.headers.emplace_back("Range", cat("bytes=0-", *offset - 1));
  return more;
}

}  // namespace

extern const Route put_storage_object = {
    .method = "PUT",
    .path = "/upload/storage/v1/b/{bucket}/o",
    .rule = Rule::needs(Role::publisher),
    .summary = "Cloud Storage: goes on with an upload",
    .query = kSessionQuery,
    .headers = kSessionHeaders,
    .sink = open_part,
    .handle = as_google<go_on>,
};

}  // namespace samara::hub::routes

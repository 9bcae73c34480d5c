#include "hub/routes/core/oci.h"

#include <charconv>

namespace samara::hub {
namespace {

/// As the specification numbers and names them.
std::string_view name_of(Noun noun, int status) {
  if (status == 401) return "UNAUTHORIZED";
  if (status == 403) return "DENIED";
  if (status == 429) return "TOOMANYREQUESTS";
  if (status >= 500) return "UNAVAILABLE";
  switch (noun) {
    case Noun::blob:
      return status == 404 ? "BLOB_UNKNOWN" : status == 400 ? "DIGEST_INVALID" : "DENIED";
    case Noun::upload:
      return status == 404 ? "BLOB_UPLOAD_UNKNOWN" : "BLOB_UPLOAD_INVALID";
    case Noun::manifest:
      return status == 404 ? "MANIFEST_UNKNOWN" : status == 400 ? "MANIFEST_INVALID" : "DENIED";
    case Noun::push:
      return status == 404   ? "MANIFEST_BLOB_UNKNOWN"
             : status == 409 ? "DENIED"
                             : "MANIFEST_INVALID";
    default:
      return status == 404 ? "NAME_UNKNOWN" : "UNSUPPORTED";
  }
}

int status_for(Noun noun, const Error& error) {
  switch (error.code()) {
    case Code::failed_precondition:
      return noun == Noun::upload ? 416 : 409;
    case Code::resource_exhausted:
      return noun == Noun::push ? 413 : 507;
    case Code::invalid_model:
    case Code::unsupported:
    case Code::data_loss:
      return 400;
    default:
      return status_of(error.code());
  }
}

}  // namespace

Response oci_error(Noun noun, int status, const Error& error) {
  if (status == 0) status = status_for(noun, error);
  std::string_view code = name_of(noun, status);
  if (error.code() == Code::data_loss) code = "DIGEST_INVALID";
  // What went wrong within is for the log, not for strangers.
  const std::string message = status == 500   ? "internal error"
                              : status == 503 ? "not available for now; try again"
                                              : error.brief();
  return json_response(
      Json::object(
          {{"errors", Json::array({Json::object({{"code", code}, {"message", message}})})}}),
      status);
}

Result<std::string> read_digest(std::string_view text) {
  if (auto hash = oci::hash_of(text)) return std::move(*hash);
  return Error(Code::invalid_argument,
               cat("'", text, "' is no digest of the form sha256: and 64 digits"));
}

std::string repository(const Call& call) {
  return cat("/v2/", call.at("project"), "/", call.at("model"));
}

Status BlobSink::take(std::span<const std::byte> piece) {
  if (!upload)
    return Error(Code::invalid_argument, "bytes go with a digest, or to the upload's own address");
  return upload->append(piece);
}

Result<std::unique_ptr<Sink>> open_blob(Call& call) {
  auto sink = std::make_unique<BlobSink>();
  sink->id = call.at("upload");
  TRY(call.hub.store.upload(call.project->id, sink->id));
  TRY_SET(sink->upload, call.hub.blobs.resume(sink->id));
  const std::string_view range = call.request.header("content-range");
  if (range.empty()) return std::unique_ptr<Sink>(std::move(sink));
  uint64_t first = 0, last = 0;
  const auto dash = std::from_chars(range.begin(), range.end(), first);
  const bool split = dash.ec == std::errc() && dash.ptr != range.end() && *dash.ptr == '-';
  const auto end = std::from_chars(split ? dash.ptr + 1 : range.end(), range.end(), last);
  if (!split || end.ec != std::errc() || end.ptr != range.end() || last < first)
    return Error(Code::invalid_argument, "Content-Range is not FIRST-LAST");
  if (const auto length = call.request.content_length; length && *length - 1 != last - first)
    return Error(Code::invalid_argument, "Content-Range and Content-Length differ");
  if (first != sink->upload->offset())
    return Error(Code::failed_precondition,
                 cat("the upload has ", sink->upload->offset(), " bytes; go on from there"));
  return std::unique_ptr<Sink>(std::move(sink));
}

Result<Response> tell_upload(const Call& call, const std::string& id, int status) {
  TRY_SET(const uint64_t offset, call.hub.blobs.offset(id));
  Response out{.status = status};
  out.headers = {{"Location", cat(repository(call), "/blobs/uploads/", id)},
                 {"Range", cat("0-", offset > 0 ? offset - 1 : 0)},
                 {"Docker-Upload-UUID", id}};
  return out;
}

Response made_blob(const Call& call, const std::string& sha256) {
  Response out{.status = 201};
  out.headers = {{"Location", cat(repository(call), "/blobs/sha256:", sha256)},
                 {"Docker-Content-Digest", "sha256:" + sha256}};
  return out;
}

Result<Response> finish_blob(Call& call, const std::string& id, std::string_view digest) {
  TRY_SET(const std::string sha256, read_digest(digest));
  auto& sink = static_cast<BlobSink&>(*call.sink);
  TRY(sink.upload->sync());
  sink.upload.reset();
  TRY(call.hub.blobs.finish(id, sha256));
  TRY(call.hub.store.note_pushed(*call.project, sha256));
  TRY(call.hub.store.forget_upload(id));
  return made_blob(call, sha256);
}

}  // namespace samara::hub

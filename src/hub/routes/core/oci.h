// What the routes of OCI's distribution API (distribution-spec 1.1) share: errors, digests, uploads.
#pragma once

#include "hub/oci/artifacts.h"
#include "hub/routes/core/route.h"

namespace samara::hub {

/// What a route is about: the same failure has another name for each.
enum class Noun : uint8_t { registry, blob, upload, manifest, push };
Response oci_error(Noun noun, int status, const Error& error);
template <Noun noun>
Response oci_errors(int status, const Error& error) {
  return oci_error(noun, status, error);
}

/// The 64 digits of the text.
///
/// Errors   invalid_argument  it is no digest
Result<std::string> read_digest(std::string_view text);
/// "/v2/default/digits".
std::string repository(const Call& call);
/// Whether the caller is a device, which has published versions only.
inline bool is_device(const Call& call) { return call.who.role == Role::device; }

/// Takes the bytes of a blob.
struct BlobSink : Sink {
  Status take(std::span<const std::byte> piece) override;
  std::string id;                         // of the upload
  std::unique_ptr<blobs::Upload> upload;  // none: no bytes are expected
};
/// The upload that the path names, where the header Content-Range puts the bytes at its end.
Result<std::unique_ptr<Sink>> open_blob(Call& call);
/// Says how far the upload has come.
Result<Response> tell_upload(const Call& call, const std::string& id, int status);
/// Makes a blob of the upload.
Result<Response> finish_blob(Call& call, const std::string& id, std::string_view digest);
Response made_blob(const Call& call, const std::string& sha256);

inline constexpr Field kContentRange[] = {
    {"Content-Range", Format::text, "FIRST-LAST of the bytes, in the whole"},
};

}  // namespace samara::hub

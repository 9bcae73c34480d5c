// GET and HEAD /v2/{project}/{model}/blobs/{digest}: bytes that a manifest names.
#include "hub/routes/core/oci.h"

namespace samara::hub::routes {
namespace {

Result<Response> oci_blob(Call& c) {
  TRY_SET(const std::string sha256, read_digest(c.at("digest")));
  TRY_SET(const bool there, oci::has_blob(c.hub.store, c.project->id, sha256, is_device(c)));
  // Manifests of ours name it, and nobody has pushed it.
  if (!there && sha256 == oci::kEmptyHash) {
    Response out;
    out.headers = {{"Content-Type", std::string(oci::kEmptyType)},
                   {"Docker-Content-Digest", c.at("digest")}};
    out.body = "{}";
    return out;
  }
  if (!there) return Error(Code::not_found, "there is no such blob in this repository");
  TRY_SET(Response out, blob_response(c.hub, sha256));
  out.headers.emplace_back("Docker-Content-Digest", c.at("digest"));
  return out;
}

}  // namespace

extern const Route get_oci_blob = {
    .method = "GET",
    .path = "/v2/{project}/{model}/blobs/{digest}",
    .rule = Rule::device_or_public(),
    .summary = "OCI: the bytes of a blob",
    .content = "application/octet-stream",
    .handle = oci_blob,
    .quick = true,
    .basic = true,
    .errors = oci_errors<Noun::blob>,
};

}  // namespace samara::hub::routes
